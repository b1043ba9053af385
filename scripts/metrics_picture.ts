/**
 * `deno run -P=programs scripts/metrics_picture.ts [FILE]`: takes the picture of docs/grafana anew.
 *
 * A laptop with two networks in a lab of network namespaces watches a film through the programs,
 * moves twice as it is told to, then its cable is pulled. Prometheus on the laptop collects what CNAPT
 * tells, once a second, and Chromium shows its graphs: Grafana is not in Debian. Takes two minutes,
 * root, Chromium and prometheus; run by hand, and look at the picture before it is committed.
 */
import { Lab } from "../tests/lab/kit/lab.ts";
import { Pair } from "../tests/lab/kit/pair.ts";

const STAY_MS = 25_000;
const FILM_PORT = 8080;
/** About 400 kB/s for as long as somebody looks. */
const FILM = "while sleep 0.05; do head -c 20000 /dev/urandom; done";
const METRICS = "127.0.0.1:9787";
const PROMETHEUS = "127.0.0.1:9090";

const GRAPHS = [
  "cnapt_session_info",
  "cnapt_provider_round_trip_seconds",
  'rate(cnapt_stream_bytes_total{direction="in"}[5s])',
  'increase(cnapt_switches_total{outcome="switched"}[5s])',
];
const SIZE = "1100,2920";

async function takePicture(file: string): Promise<void> {
  await using lab = await Lab.create({
    wires: {
      a: { delayMs: 5, jitterMs: 1, rateMbit: 200 },
      b: { delayMs: 16, jitterMs: 4, rateMbit: 60, loss: 0.002 },
    },
  });
  const { laptop, server } = lab;
  server.start(["socat", `TCP-LISTEN:${FILM_PORT},fork,reuseaddr`, `SYSTEM:${FILM}`]);
  const pair = await Pair.start(lab, {
    services: { film: FILM_PORT },
    cnaptYaml: `metrics: ${METRICS}\n`,
  });
  const config = `${laptop.home}/prometheus.yml`;
  const jobs = `[{ job_name: cnapt, static_configs: [{ targets: ["${METRICS}"] }] }]`;
  await laptop.run(["tee", config], {
    input: `global: { scrape_interval: 1s }\nscrape_configs: ${jobs}\n`,
  });
  laptop.start([
    ...["prometheus", `--config.file=${config}`, `--storage.tsdb.path=${laptop.home}/data`],
    `--web.listen-address=${PROMETHEUS}`,
  ]);
  const { host, port } = pair.target("film");
  laptop.start(["socat", "-u", `TCP:${host}:${port}`, "OPEN:/dev/null"]);

  await pause(STAY_MS);
  await pair.switchTo("wlan0");
  await pause(STAY_MS);
  await pair.switchTo("eth0");
  await pause(STAY_MS);
  await laptop.unplug("eth0");
  await pause(STAY_MS);

  const picture = `${laptop.home}/graphs.png`;
  await laptop.run([
    ...["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", `--window-size=${SIZE}`],
    ...["--virtual-time-budget=10000", `--user-data-dir=${laptop.home}/chromium`],
    ...[`--screenshot=${picture}`, `http://${PROMETHEUS}/classic/graph?${graphs()}`],
  ], { limitMs: 60_000 });
  await Deno.copyFile(picture, file);
}

/** What the page of Prometheus is asked to show, one below the other. */
function graphs(): string {
  return GRAPHS.map((expression, index) => {
    const of = `g${index}`;
    return `${of}.expr=${encodeURIComponent(expression)}&${of}.tab=0&${of}.range_input=105s`;
  }).join("&");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await takePicture(Deno.args[0] ?? "docs/grafana/prometheus.png");
