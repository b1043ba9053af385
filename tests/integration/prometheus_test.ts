/** The real Prometheus, with the files of docs/grafana, collects from both programs as they run. */
import { assert, assertEquals } from "../assert.ts";
import { lacksProgram } from "../lacks_program.ts";
import { METRICS_OF } from "../../scripts/metrics_docs.ts";
import { inFolder } from "../temporary_folder.ts";
import { expressionsOf, readDashboard } from "./kit/dashboard.ts";
import { freeAddress } from "./kit/process_pair.ts";
import { Prometheus } from "./kit/prometheus.ts";
import { besidePair } from "./kit/reloaded_pair.ts";
import { pattern, readExactly, writeAll } from "./kit/server_application.ts";

const GRAFANA = new URL("../../docs/grafana/", import.meta.url);
const BYTES = 100_000;

/** What needs a relay or a router; the text is checked elsewhere. */
const NOT_HERE = /^snapt_(relay|router)_|^cnapt_relay_round_trip/;

interface Targets {
  readonly activeTargets: readonly {
    readonly labels: { readonly job: string };
    readonly health: string;
    readonly lastError: string;
  }[];
}

interface Alerts {
  readonly alerts: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly state: string;
  }[];
}

/** The files that are shown, for targets that are here, and for somebody in a hurry. */
async function writeFiles(folder: string, cnapt: string, snapt: string): Promise<string> {
  const config = await Deno.readTextFile(new URL("prometheus.yml", GRAFANA));
  const alerts = await Deno.readTextFile(new URL("alerts.yml", GRAFANA));
  await Deno.writeTextFile(`${folder}/alerts.yml`, alerts.replaceAll(/^( +for:) .*$/gm, "$1 0s"));
  await Deno.writeTextFile(
    `${folder}/prometheus.yml`,
    config.replaceAll(/(_interval:) 15s/g, "$1 250ms")
      .replace("laptop.example.org:9787", cnapt).replace("home.example.org:9787", snapt)
      .replace(/ +- job_name: snapt-relay\n[^]*$/, ""),
  );
  return `${folder}/prometheus.yml`;
}

async function ready(address: string): Promise<readonly [number, string]> {
  const answer = await fetch(`http://${address}/readyz`);
  return [answer.status, await answer.text()];
}

Deno.test("Prometheus sees both programs, what they move and a switch, and that a site is gone", {
  ignore: lacksProgram("prometheus", "the test of the files in docs/grafana with Prometheus"),
}, async () => {
  const [atCnapt, atSnapt] = [freeAddress(), freeAddress()];
  await inFolder(async (folder) => {
    // It takes five seconds before it looks for the first time: the pair is made meanwhile.
    const config = await writeFiles(folder, atCnapt, atSnapt);
    await using prometheus = Prometheus.start(folder, config);
    await besidePair(async (reloaded) => {
      const { pair } = reloaded;
      // CNAPT runs already: reading its configuration again opens the port.
      const open = (yaml: string) => `metrics: ${atCnapt}\n${yaml}`;
      assertEquals(await reloaded.reload("cnapt", open), "Reloaded.\nmetrics: changed\n");
      assertEquals(await ready(atCnapt), [200, "ready\n"]);
      assertEquals(await ready(atSnapt), [200, "ready\n"]);

      using conn = await pair.connect();
      const move = async () => {
        await writeAll(conn, pattern(BYTES));
        assertEquals(await readExactly(conn, BYTES), pattern(BYTES));
      };
      await move();
      const endpoint = await reloaded.endpoint("cnapt");
      const { provider } = JSON.parse(await endpoint.get("/status.json"));
      const to = provider.endsWith(".2") ? "127.0.0.3" : "127.0.0.2";
      const switched = await endpoint.post("/switch", { to }, 10_000);
      assertEquals(JSON.parse(switched.body).outcome, "switched", switched.body);
      await move();

      await prometheus.until(async () => {
        const { activeTargets } = await prometheus.get<Targets>("targets");
        const up = activeTargets.filter(({ health, lastError }) =>
          health === "up" && lastError === ""
        );
        return up.length === 2 ? up : null;
      }, "both targets up");
      const is = async (expression: string) => {
        await prometheus.until(async () => {
          return (await prometheus.query(expression)).length > 0 ? true : null;
        }, expression);
      };
      await is('cnapt_switches_total{site="home",kind="overlapped",outcome="switched"} == 1');
      await is('cnapt_switch_stall_seconds_bucket{site="home",kind="overlapped",le="+Inf"} == 1');
      await is(`cnapt_session_info{site="home",provider="${to}",state="connected"} == 1`);
      await is(`cnapt_provider_round_trip_seconds{site="home",provider="${to}"}`);
      await is(`cnapt_provider_loss_ratio{site="home",provider="${to}"}`);
      for (const direction of ["in", "out"]) {
        const of = `service="echo",direction="${direction}"`;
        await is(`cnapt_stream_bytes_total{site="home",${of}} == ${2 * BYTES}`);
        await is(`snapt_stream_bytes_total{${of}} == ${2 * BYTES}`);
      }
      const names: readonly string[] = await prometheus.get("label/__name__/values");
      for (const { name, kind } of [...METRICS_OF.cnapt, ...METRICS_OF.snapt]) {
        if (NOT_HERE.test(name)) continue;
        assert(names.includes(kind === "histogram" ? `${name}_bucket` : name), name);
      }
      // What one expression asks for, and nobody can answer, would be an error.
      for (const expression of expressionsOf(await readDashboard())) {
        await prometheus.query(expression);
      }

      await pair.snapt.end();
      const { labels, annotations } = await prometheus.until(async () => {
        const { alerts } = await prometheus.get<Alerts>("alerts");
        return alerts.find((alert) =>
          alert.labels["alertname"] === "CnaptSiteNotConnected" && alert.state === "firing"
        ) ?? null;
      }, "the alert that the site is not connected");
      assertEquals([labels["site"], labels["instance"]], ["home", atCnapt]);
      assertEquals(annotations["summary"], `${atCnapt} is not connected to home`);
      assertEquals(await ready(atCnapt), [503, "not ready: no site is connected\n"]);
      await is('ALERTS{alertname="CnaptOrSnaptDown",job="snapt",alertstate="firing"}');
    }, { snaptYaml: `metrics: ${atSnapt}\n` });
  });
});
