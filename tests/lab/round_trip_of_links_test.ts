/**
 * What a link is worth right after a switch. Linux computes its first windows from the smallest
 * round trip that it knows of a connection, and BBR, the default of many machines, for ten seconds:
 * one that came from elsewhere makes the link slow for so long.
 */
import { fileURLToPath } from "node:url";
import { assert } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { LabProcess } from "./kit/lab_process.ts";
import { Pair } from "./kit/pair.ts";
import type { LaptopInterface } from "./kit/topology.ts";
import type { Target } from "./programs/target.ts";

const ignore = await isLabMissing([]);
const LIMIT_MS = 60_000;
const PORT = 7_000;
const WINDOW_MS = 8_000;
/** Meanwhile links are made ready on the other network, as they are wherever a switch is no surprise. */
const WARM_MS = 4_000;
const DELAY_MS = 30;
const WIRE = { delayMs: DELAY_MS, rateMbit: 30 };
/** Of what a plain connection gets that begins when the measuring does. */
const LEAST = 0.85;
const NAMES = { eth0: "wlan0", wlan0: "eth0" } as const;

const bulk = fileURLToPath(new URL("./programs/bulk.ts", import.meta.url));
const argv = (...args: readonly (string | number)[]) => [
  Deno.execPath(),
  "run",
  "-q",
  "--no-config",
  "-A",
  bulk,
  ...args.map(String),
];
const limit = () => AbortSignal.timeout(LIMIT_MS);

type Direction = "up" | "down";

async function startTransfer(lab: Lab, direction: Direction, { host, port }: Target) {
  const client = lab.laptop.start(argv(direction, host, port));
  await client.waitFor(/started/, limit());
  return client;
}

async function rateOf(client: LabProcess, ms: number): Promise<number> {
  await client.write(`${ms}\n`);
  const [, rate] = await client.waitFor(/rate (\d+)/, limit());
  return Number(rate);
}

/** What a plain connection carries in its first seconds. */
async function freshRate(lab: Lab, direction: Direction): Promise<number> {
  const target = { host: lab.serverAddress, port: PORT };
  await using client = await startTransfer(lab, direction, target);
  return await rateOf(client, WINDOW_MS);
}

/** The smallest round trips of the connections from the laptop to SNAPT, in ms. */
async function smallestRoundTrips(lab: Lab): Promise<readonly number[]> {
  const { stdout } = await lab.laptop.run([
    "ss",
    "-tinH",
    "state",
    "established",
    "dst",
    lab.serverAddress,
  ]);
  return [...stdout.matchAll(/minrtt:([\d.]+)/g)].map(([, ms]) => Number(ms));
}

async function interfaceOf(pair: Pair): Promise<LaptopInterface> {
  const { provider } = await pair.status();
  return provider === "eth0" ? "eth0" : "wlan0";
}

/** Returns when the switch is over. */
async function move(
  lab: Lab,
  pair: Pair,
  kind: "planned" | "sudden",
  from: LaptopInterface,
): Promise<void> {
  if (kind === "planned") return void await pair.switchTo(NAMES[from]);
  await lab.wire(from).silence();
  await pair.cnapt.waitFor(new RegExp(`switched .*kind=sudden .*to=${NAMES[from]}`), limit());
}

async function startPair(lab: Lab): Promise<Pair> {
  const server = lab.server.start(argv("serve", PORT));
  await server.waitFor(/ready/, limit());
  return await Pair.start(lab, { services: { bulk: PORT } });
}

Deno.test("no link knows a round trip that is shorter than the way", { ignore }, async () => {
  await using lab = await Lab.create({ wires: { a: WIRE, b: WIRE } });
  const pair = await startPair(lab);
  await using client = await startTransfer(lab, "up", pair.target("bulk"));
  await rateOf(client, 500);
  await pair.switchTo(NAMES[await interfaceOf(pair)]);
  await rateOf(client, 500);
  const roundTrips = await smallestRoundTrips(lab);
  console.log(`smallest round trips of links: ${roundTrips.join(", ")} ms`);
  assert(roundTrips.length >= 2 && roundTrips.every((ms) => ms >= 2 * DELAY_MS - 1));
});

for (const algorithm of ["reno", "bbr"]) {
  Deno.test(`after a switch links are as fast as a new connection under ${algorithm}`, {
    ignore,
  }, async (t) => {
    await using lab = await Lab.create({ wires: { a: WIRE, b: WIRE } });
    for (const host of [lab.laptop, lab.server]) {
      const set = ["sysctl", "-qw", `net.ipv4.tcp_congestion_control=${algorithm}`];
      const { code } = await host.run(set, { user: "admin", mayFail: true });
      if (code === 0) continue;
      console.log(`SKIPPED switches under ${algorithm}: this kernel does not have it`);
      return;
    }
    const pair = await startPair(lab);
    for (const direction of ["up", "down"] as const) {
      const fresh = await freshRate(lab, direction);
      // One for both: what another has left behind would take its share.
      await using client = await startTransfer(lab, direction, pair.target("bulk"));
      for (const kind of ["planned", "sudden"] as const) {
        await t.step(`${kind}, ${direction}`, async () => {
          const from = await interfaceOf(pair);
          await rateOf(client, WARM_MS);
          await move(lab, pair, kind, from);
          const rate = await rateOf(client, WINDOW_MS);
          await lab.wire(from).restore();
          const share = rate / fresh;
          console.log(`${algorithm}, ${kind}, ${direction}: ${Math.round(share * 100)} % of fresh`);
          assert(share >= LEAST, `${rate} of ${fresh} bytes/s`);
        });
      }
    }
  });
}
