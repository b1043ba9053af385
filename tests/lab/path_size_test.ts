/**
 * Networks that lose packets above a size and tell nobody: no ICMP, and every small question is
 * answered. What stands on them is to be noticed, and to go on in smaller packets.
 */
import { fileURLToPath } from "node:url";
import { assert } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import type { Target } from "./programs/target.ts";

const ignore = await isLabMissing(["nft"]);
const LIMIT_MS = 60_000;
const BULK_PORT = 7_000;
const ECHO_PORT = 7_001;
const WINDOW_MS = 3_000;
const MOST_BYTES = 1_358;
const WIRE = { delayMs: 10, rateMbit: 30 };
/** Of what a plain connection gets over a network that carries full packets. */
const LEAST = 0.5;
/** What WireGuard sends at most by default, a little less, and a little more than fits a packet. */
const SIZES = [64, 1_200, 1_380, 1_452, 1_472];

const limit = () => AbortSignal.timeout(LIMIT_MS);
const run = (path: string, ...args: readonly (string | number)[]) => [
  ...[Deno.execPath(), "run", "-q", "--no-config", "--unstable-net", "-A"],
  fileURLToPath(new URL(path, import.meta.url)),
  ...args.map(String),
];
const bulk = (...args: readonly (string | number)[]) => run("./programs/bulk.ts", ...args);
const sizes = (...args: readonly (string | number)[]) =>
  run("./programs/datagram_sizes.ts", ...args);

/** One segment to a packet, as on a wire: a packet of several would be measured as one. */
async function sendSingly(lab: Lab): Promise<void> {
  const set = (name: string) => `ip link set dev ${name} gso_max_segs 1`;
  await lab.laptop.configure(`${set("eth0")}\n${set("wlan0")}`);
  await lab.server.configure(set("eth0"));
}

/** From now on the network behind `wlan0` loses what is longer. */
async function loseLongPackets(lab: Lab): Promise<void> {
  await lab.hosts.providers.wlan0.configure(`nft add table ip narrow
nft add chain ip narrow forward '{ type filter hook forward priority 0; }'
nft add rule ip narrow forward meta length '>' ${MOST_BYTES} counter drop`);
}

async function startPair(lab: Lab): Promise<Pair> {
  await sendSingly(lab);
  const server = lab.server.start(bulk("serve", BULK_PORT));
  const echo = lab.server.start(sizes("serve", ECHO_PORT));
  await server.waitFor(/ready/, limit());
  await echo.waitFor(/ready/, limit());
  return await Pair.start(lab, {
    services: { bulk: BULK_PORT },
    datagramServices: { echo: ECHO_PORT },
  });
}

async function beOnEth0(pair: Pair): Promise<void> {
  if ((await pair.status()).provider !== "eth0") await pair.switchTo("eth0");
}

async function transfer(lab: Lab, direction: string, { host, port }: Target) {
  const client = lab.laptop.start(bulk(direction, host, port));
  await client.waitFor(/started/, limit());
  const rate = async (ms: number) => {
    await client.write(`${ms}\n`);
    return Number((await client.waitFor(/rate (\d+)/, limit()))[1]);
  };
  return { client, rate };
}

for (const direction of ["up", "down"]) {
  Deno.test(`a transfer ${direction} goes on over a network that loses full packets silently`, {
    ignore,
  }, async () => {
    await using lab = await Lab.create({ wires: { a: WIRE, b: WIRE } });
    const pair = await startPair(lab);
    await beOnEth0(pair);
    const plain = await transfer(lab, direction, { host: lab.serverAddress, port: BULK_PORT });
    const fresh = await plain.rate(WINDOW_MS);
    await plain.client.stop();
    await loseLongPackets(lab);
    const { rate } = await transfer(lab, direction, pair.target("bulk"));
    await rate(500);
    await lab.laptop.unplug("eth0");
    const unplugged = performance.now();
    const [, packetBytes] = await pair.cnapt.waitFor(/path-size .*packet_bytes=(\d+)/, limit());
    const tookMs = Math.round(performance.now() - unplugged);
    const share = await rate(WINDOW_MS) / fresh;
    console.log(
      `${direction}: packets of ${packetBytes} after ${tookMs} ms, ${
        Math.round(share * 100)
      } % of fresh`,
    );
    assert(Number(packetBytes) <= MOST_BYTES && share >= LEAST, `${share}`);
    const { stdout } = await pair.run("cnapt", ["status", "--json"]);
    assert(stdout.includes(`"packetBytes":${packetBytes}`), stdout);
  });
}

Deno.test("datagrams that fit no packet arrive all the same, over any network", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: { a: WIRE, b: WIRE } });
  const pair = await startPair(lab);
  await beOnEth0(pair);
  const ask = () => lab.laptop.run(sizes("ask", pair.target("echo").port, ...SIZES));
  console.log(`full packets: ${(await ask()).stdout.trim().split("\n").join(", ")}`);
  await loseLongPackets(lab);
  await lab.laptop.unplug("eth0");
  await pair.cnapt.waitFor(/path-size/, limit());
  console.log(`smaller ones: ${(await ask()).stdout.trim().split("\n").join(", ")}`);
  const { stdout } = await pair.run("cnapt", ["status", "--json"]);
  assert(/"largestPayload":1[0-3]\d\d\b/.test(stdout), stdout);
});
