/**
 * `deno task bench standby`: what it costs that a second network is ready, in kB per hour on the
 * wire of that network while no application says anything, and beside it what the network in use
 * carries then. Read from the counters of the laptop's interfaces, Ethernet headers and ARP
 * included, for a while and made an hour by multiplication.
 */
import { Lab } from "../../tests/lab/kit/lab.ts";
import { Pair } from "../../tests/lab/kit/pair.ts";
import { OTHER, USED } from "./contestant.ts";
import { type Figure, figure } from "./figures.ts";

const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 30 } };
const NOTHING_PORT = 9;
/** The first probes and links are the start's, not the hour's. */
const SETTLE_MS = 20_000;
const MINUTE_MS = 60_000;

/** What a user may have said, and what the other network is. */
const POLICIES: readonly {
  readonly standby: "unmetered" | "always" | "off";
  readonly metered: boolean;
  readonly sensitivity: "calm" | "normal" | "fast";
}[] = [
  { standby: "unmetered", metered: false, sensitivity: "calm" },
  { standby: "unmetered", metered: false, sensitivity: "normal" },
  { standby: "unmetered", metered: false, sensitivity: "fast" },
  { standby: "unmetered", metered: true, sensitivity: "normal" },
  { standby: "always", metered: true, sensitivity: "normal" },
  { standby: "off", metered: false, sensitivity: "normal" },
];

/**
 * @param minutes for how long is counted; below 10 the probes of a metered network, one in 10
 * minutes, are not in it, or too many are
 */
export async function standbyTraffic(minutes: number): Promise<Figure[]> {
  await using resources = new AsyncDisposableStack();
  const labs: Lab[] = [];
  for (const { standby, metered, sensitivity } of POLICIES) {
    const lab = resources.use(await Lab.create({ wires: WIRES }));
    labs.push(lab);
    const pair = await Pair.start(lab, {
      services: { nothing: NOTHING_PORT },
      cnaptYaml: `decision: { standby: ${standby}, sensitivity: ${sensitivity} }
providers: [{ match: ${OTHER}, metered: ${metered} }]
`,
    });
    await pair.waitUntilOn(USED);
  }
  await pause(SETTLE_MS);
  const counts = () =>
    Promise.all(labs.map(async (lab) => [await bytesOf(lab, OTHER), await bytesOf(lab, USED)]));
  const [before, startedAt] = [await counts(), performance.now()];
  await pause(minutes * MINUTE_MS);
  const [after, hours] = [await counts(), (performance.now() - startedAt) / (60 * MINUTE_MS)];
  return POLICIES.flatMap(({ standby, metered, sensitivity }, lab) => {
    const network = metered ? "metered" : "unmetered";
    return ["other network", "network in use"].map((which, index) => {
      const bytes = (after[lab]?.[index] ?? NaN) - (before[lab]?.[index] ?? NaN);
      const measure = `idle ${which}, standby: ${standby}, other ${network}, ${sensitivity}`;
      return figure({ measure, unit: "kB/h" }, [bytes / 1000 / hours], { peer: "", theirs: null }, {
        kind: "none",
      });
    });
  });
}

/** Received and sent since the interface was made. */
async function bytesOf(lab: Lab, name: typeof USED | typeof OTHER): Promise<number> {
  const files = ["rx_bytes", "tx_bytes"].map((file) => `/sys/class/net/${name}/statistics/${file}`);
  const { stdout } = await lab.laptop.run(["cat", ...files]);
  return stdout.trim().split("\n").map(Number).reduce((sum, bytes) => sum + bytes, 0);
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
