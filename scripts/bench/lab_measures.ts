import { fileURLToPath } from "node:url";
import { Lab } from "../../tests/lab/kit/lab.ts";
import { isLabMissing } from "../../tests/lab/kit/lab_mode.ts";
import type { LabProcess } from "../../tests/lab/kit/lab_process.ts";
import { Pair } from "../../tests/lab/kit/pair.ts";
import { type Figure, figure } from "./figures.ts";

const LIMIT_MS = 60_000;
const ECHO_PORT = 7_000;
const GREET_PORT = 7_001;
/** The two wires of the switches: round trips of 10 and 30 ms. */
const WIRES = { a: { delayMs: 5, rateMbit: 400 }, b: { delayMs: 15, rateMbit: 200 } };
const ROUND_TRIP_DIFFERENCE_MS = 20;
/** What a gap may have beyond the difference of the round trips. */
const GAP_MS = 20;
const STREAMS = 1_000;
const MOVED_WITHIN_MS = 1_500;

interface Receipt {
  readonly kind: string;
  readonly totalMs: number;
  readonly stallMs: number;
}

/** Whether the lab can be made here; says so loudly where not. */
export async function isLabHere(): Promise<boolean> {
  return !await isLabMissing([]);
}

/** From connect to the first byte over a path of 20 ms, beside a direct connection. */
export async function firstByte(runs: number): Promise<Figure[]> {
  await using lab = await Lab.create({ wires: { a: { delayMs: 10 }, b: { delayMs: 10 } } });
  const pair = await startPair(lab, "greet", GREET_PORT, "tls");
  const ours: number[] = [];
  const theirs: number[] = [];
  const port = pair.target("load").port;
  for (let run = 0; run < runs; run++) {
    ours.push((await result(startLoad(lab.laptop, "first", port, 5))).ms ?? NaN);
    theirs.push(
      (await result(startLoad(lab.laptop, "first", GREET_PORT, 5, lab.serverAddress))).ms ?? NaN,
    );
  }
  return [
    figure({ measure: "connect to first byte, 20 ms path, tls", unit: "ms" }, ours, {
      peer: "direct",
      theirs,
    }, {
      kind: "atMost",
      ratio: 1.1,
    }),
  ];
}

/** The longest gap in a 10 ms echo across a planned, overlapped switch. */
export async function plannedGap(runs: number): Promise<Figure[]> {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab, "echo", ECHO_PORT, "tls");
  const gaps: number[] = [];
  for (let run = 0; run < runs; run++) {
    const gap = result(startLoad(lab.laptop, "gaps", pair.target("load").port, 4));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await pair.switchTo(run % 2 === 0 ? "wlan0" : "eth0");
    gaps.push((await gap).longest ?? NaN);
  }
  // The gap holds one interval of the echo, 10 ms, that is there without any switch.
  return [
    figure({ measure: "longest gap, overlapped switch, 10 ms echo, tls", unit: "ms" }, gaps, {
      peer: "",
      theirs: null,
    }, {
      kind: "below",
      value: GAP_MS + ROUND_TRIP_DIFFERENCE_MS,
    }),
  ];
}

/** A thousand streams, moved as planned and suddenly; each must still answer afterwards. */
export async function manyStreams(security: "tls" | "none", runs: number): Promise<Figure[]> {
  await using lab = await Lab.create({ wires: WIRES });
  const pair = await startPair(lab, "echo", ECHO_PORT, security);
  const idle = startLoad(lab.laptop, "idle", pair.target("load").port, STREAMS);
  await idle.waitFor(/ready/, AbortSignal.timeout(LIMIT_MS));
  const times: Record<string, number[]> = { overlapped: [], strict: [], sudden: [] };
  const note = async (receipt: Receipt) => {
    times[receipt.kind]?.push(receipt.totalMs);
    await idle.write("check\n");
    await idle.waitFor(/whole/, AbortSignal.timeout(LIMIT_MS));
  };
  for (let run = 0; run < runs; run++) {
    await note(await switchTo(pair, "wlan0", []));
    await note(await switchTo(pair, "eth0", ["--strict"]));
    await lab.laptop.unplug("eth0");
    await pair.waitUntilOn("wlan0");
    const { switches } = JSON.parse((await pair.run("cnapt", ["status", "--json"])).stdout);
    await note(switches.at(-1));
    await lab.laptop.plug("eth0");
    await lab.laptop.unplug("wlan0");
    await pair.waitUntilOn("eth0");
    await lab.laptop.plug("wlan0");
  }
  return Object.entries(times).map(([kind, values]) =>
    figure({ measure: `${STREAMS} streams moved, ${kind}, ${security}`, unit: "ms" }, values, {
      peer: "",
      theirs: null,
    }, {
      kind: "below",
      value: MOVED_WITHIN_MS,
    })
  );
}

async function startPair(
  lab: Lab,
  mode: string,
  port: number,
  security: "tls" | "none",
): Promise<Pair> {
  const server = startLoad(lab.server, mode, port);
  await server.waitFor(/\d+/, AbortSignal.timeout(LIMIT_MS));
  return await Pair.start(lab, { services: { load: port }, security });
}

async function switchTo(pair: Pair, to: string, flags: readonly string[]): Promise<Receipt> {
  const { stdout } = await pair.run("cnapt", ["switch", to, "--json", ...flags]);
  return JSON.parse(stdout).receipts[0];
}

function startLoad(
  host: { start(argv: readonly string[]): LabProcess },
  ...args: readonly (string | number)[]
): LabProcess {
  const script = fileURLToPath(new URL("./load.ts", import.meta.url));
  const argv = [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
  return host.start(argv);
}

async function result(process: LabProcess): Promise<Readonly<Record<string, number>>> {
  const [line] = await process.waitFor(/\{.*\}/, AbortSignal.timeout(LIMIT_MS));
  return JSON.parse(line);
}
