/**
 * `deno task bench [name…] [--runs N] [--quick] [--json FILE]`: measures CNAPT and SNAPT beside
 * their peers, in the same run and alternating, prints a table and writes JSON.
 *
 * Names: throughput, latency, rate, datagrams, memory, packing, connect, switch, streams, handover,
 * relay, page, standby; all when none is given. Five runs each, ten switches of each kind for handover,
 * and one of ten minutes (two with --quick) for standby.
 */
import { parseArgs } from "node:util";
import { datagrams } from "./bench/datagram_measures.ts";
import { type Figure, table } from "./bench/figures.ts";
import { handover } from "./bench/handover_measures.ts";
import { openPages } from "./bench/page_measures.ts";
import { packedTransfer } from "./bench/packing_measures.ts";
import { firstByte, isLabHere, manyStreams, plannedGap } from "./bench/lab_measures.ts";
import {
  connectionRate,
  type Effort,
  idleMemory,
  roundTrips,
  throughput,
} from "./bench/loopback_measures.ts";
import {
  relayedRoundTrips,
  relayedThroughput,
  relayMemory,
  strangersAtRelay,
} from "./bench/relay_measures.ts";
import { relayedSwitch } from "./bench/relay_switch_measures.ts";
import { standbyTraffic } from "./bench/standby_measures.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "string", default: "bench.json" },
  },
});

const asked = values.quick ? 3 : values.runs === undefined ? null : Number(values.runs);
const runs = asked ?? 5;
const switches = asked ?? 10;
/** Of the last minute: how busy others keep the machine. */
const loadAtStart = Deno.loadavg()[0] ?? NaN;
const effort: Effort = values.quick
  ? { runs, bytes: 1e9, roundTrips: 5_000, connections: 2_000 }
  : { runs, bytes: 1.5e9, roundTrips: 25_000, connections: 5_000 };

const MEASURES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  throughput: async () => [
    ...await throughput("none", effort),
    ...await throughput("tls", { ...effort, bytes: effort.bytes / 2 }),
  ],
  latency: async () => [...await roundTrips("none", effort), ...await roundTrips("tls", effort)],
  rate: async () => [
    ...await connectionRate("none", effort),
    ...await connectionRate("tls", effort),
  ],
  datagrams: () => datagrams(effort),
  memory: idleMemory,
  packing: () => inLab(() => packedTransfer(runs)),
  connect: () => inLab(() => firstByte(runs)),
  switch: () => inLab(() => plannedGap(runs)),
  streams: () =>
    inLab(async () => [...await manyStreams("none", runs), ...await manyStreams("tls", runs)]),
  handover: () => inLab(() => handover(switches)),
  relay: async () => [
    ...await relayedThroughput({ ...effort, bytes: effort.bytes / 2 }),
    ...await relayedRoundTrips(effort),
    ...await relayMemory(),
    ...await strangersAtRelay(effort),
    ...await inLab(() => relayedSwitch(runs)),
  ],
  page: () => openPages(runs),
  standby: () => inLab(() => standbyTraffic(values.quick ? 2 : 10)),
};

async function inLab(measure: () => Promise<Figure[]>): Promise<Figure[]> {
  if (await isLabHere()) return await measure();
  console.log("NOT MEASURED: the lab cannot be made on this machine");
  return [];
}

async function main(): Promise<void> {
  const unknown = positionals.find((name) => !Object.hasOwn(MEASURES, name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot measure ${unknown}: there is ${Object.keys(MEASURES).join(", ")}`);
  }
  const compiled = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "compile", "--host"],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!compiled.success) throw new Error("Cannot measure: the programs were not compiled");
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.error(`measuring ${name} ...`);
    const some = await measure();
    console.error(table(some));
    figures.push(...some);
    await save(figures);
  }
  console.log(table(figures));
  console.log(JSON.stringify(machine()));
}

/** What is known so far is in the file, also when a later measure fails. */
async function save(figures: readonly Figure[]): Promise<void> {
  const content = { machine: machine(), figures };
  const told = (_: string, value: unknown) => value === Infinity ? "broken" : value;
  await Deno.writeTextFile(values.json, `${JSON.stringify(content, told, 2)}\n`);
}

function machine(): Readonly<Record<string, string | number>> {
  return {
    cores: navigator.hardwareConcurrency,
    kernel: Deno.osRelease(),
    deno: Deno.version.deno,
    date: new Date().toISOString(),
    load: loadAtStart,
    runs: asked ?? "5, handover 10",
  };
}

await main();
Deno.exit(0);
