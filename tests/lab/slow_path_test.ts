/**
 * Networks that are slow and not dead: measured while traffic flows, left for a better one, and kept
 * where there is none. Plain TCP over the same wires is the measure.
 */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { LabProcess } from "./kit/lab_process.ts";
import { Pair } from "./kit/pair.ts";
import type { Target } from "./programs/target.ts";

const ignore = await isLabMissing([]);
const ECHO = 7_000;
const SINK = 7_001;
const LIMIT_MS = 120_000;

const run = (path: string, ...args: readonly (string | number)[]) => [
  ...[Deno.execPath(), "run", "-q", "--no-config", "-A"],
  ...[fileURLToPath(new URL(path, import.meta.url)), ...args.map(String)],
];
const limit = () => AbortSignal.timeout(LIMIT_MS);

interface Talk {
  readonly count: number;
  readonly medianMs: number;
  readonly longestMs: number;
}

async function startServers(lab: Lab): Promise<void> {
  const echo = lab.server.start(run("./kit/echo_server.ts", ECHO));
  const sink = lab.server.start(run("./programs/upload.ts", "sink", SINK));
  await Promise.all([echo.waitFor(/ready/, limit()), sink.waitFor(/ready/, limit())]);
}

async function startTalk(lab: Lab, { host, port }: Target, everyMs: number): Promise<LabProcess> {
  const talk = lab.laptop.start(run("./programs/talk.ts", host, port, everyMs));
  await talk.waitFor(/talking/, limit());
  return talk;
}

async function endTalk(talk: LabProcess): Promise<Talk> {
  await talk.closeInput();
  const [line] = await talk.waitFor(/\{.*\}/, limit());
  await talk.finish(limit());
  return JSON.parse(line);
}

async function talkFor(lab: Lab, target: Target, ms: number): Promise<Talk> {
  const talk = await startTalk(lab, target, 500);
  await passed(ms);
  return await endTalk(talk);
}

/** Time is what these tests are about: it passes for the kernel as well. */
function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

for (const [name, everyMs] of [["20 messages a second", 50], ["next to none", 60_000]] as const) {
  Deno.test(`a network that becomes 600 ms slower under ${name} is left for a good one`, {
    ignore,
  }, async () => {
    await using lab = await Lab.create({ wires: { a: { delayMs: 10 }, b: { delayMs: 30 } } });
    await startServers(lab);
    const pair = await Pair.start(lab, { services: { echo: ECHO } });
    await pair.waitUntilOn("eth0");
    const target = pair.target("echo");
    const talk = lab.laptop.start(run("./programs/talk.ts", target.host, target.port, everyMs));
    await passed(5_000);
    const before = await pair.status();
    const slowedAt = performance.now();
    for (let delayMs = 10; delayMs <= 310; delayMs += 30) {
      await lab.wire("a").set({ delayMs }); // in steps: it is no pause
      await passed(20);
    }
    const left = await pair.waitUntilOn("wlan0");
    const tookMs = performance.now() - slowedAt;
    console.log(`left after ${tookMs} ms: ${JSON.stringify(left.switches)}`);
    assert(tookMs < 20_000, `${tookMs} ms`);
    assert((before.sites["home"]?.roundTripMs ?? 1e9) < 200);
    assert((left.sites["home"]?.roundTripMs ?? 1e9) < 400);
    await endTalk(talk);
  });
}

Deno.test("a shell over a round trip of two seconds is as quick as over plain TCP", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 1_000 } } });
  await lab.laptop.unplug("wlan0");
  await startServers(lab);
  const pair = await Pair.start(lab, { services: { echo: ECHO } });
  const direct = await talkFor(lab, { host: lab.serverAddress, port: ECHO }, 20_000);
  const relayed = await talkFor(lab, pair.target("echo"), 20_000);
  console.log(`direct ${JSON.stringify(direct)}, by the pair ${JSON.stringify(relayed)}`);
  assertEquals((await pair.status()).switches, []);
  assert(relayed.medianMs < direct.medianMs * 1.1 + 100);
  assert(relayed.longestMs < direct.longestMs * 1.5 + 500);
});

Deno.test("an only network is kept while a queue of five seconds drains", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 20 } } });
  await lab.laptop.unplug("wlan0");
  await startServers(lab);
  const pair = await Pair.start(lab, { services: { echo: ECHO, sink: SINK } });
  // BBR, which some systems prefer, would not fill the queue.
  await lab.laptop.configure("sysctl -qw net.ipv4.tcp_congestion_control=reno");
  await lab.wire("a").set({ rateBits: 1e6, queueBytes: 625_000 }, ["a->b"]);
  const measure = async (echo: Target, sink: Target) => {
    const talk = await startTalk(lab, echo, 200);
    const upload = lab.laptop.start(
      run("./programs/upload.ts", "to", sink.host, sink.port, 2_500_000),
    );
    const [, uploadedMs] = await upload.waitFor(/"uploadedMs":(\d+)/, limit());
    return { ...await endTalk(talk), uploadedMs: Number(uploadedMs) };
  };
  const host = lab.serverAddress;
  const direct = await measure({ host, port: ECHO }, { host, port: SINK });
  const relayed = await measure(pair.target("echo"), pair.target("sink"));
  console.log(`direct ${JSON.stringify(direct)}, by the pair ${JSON.stringify(relayed)}`);
  assertEquals((await pair.status()).switches, []);
  assert(relayed.uploadedMs < direct.uploadedMs * 1.3 + 2_000);
  assert(relayed.longestMs < direct.longestMs * 1.3 + 2_000);
});
