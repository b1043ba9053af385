/** A planned switch in the middle of a transfer that fills a long queue; the compiled programs. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing([]);
const SINK = 7_001;
const BYTES = 6_000_000;
const RATE_BITS = 3e6;
/** Three seconds of it. */
const QUEUE_BYTES = 1_125_000;
const FILLED_AFTER_MS = 6_000;
const LIMIT_MS = 60_000;

const run = (path: string, ...args: readonly (string | number)[]) => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
};
const limit = () => AbortSignal.timeout(LIMIT_MS);

Deno.test(
  "an upload that has filled a queue of three seconds is switched without sending it again",
  {
    ignore,
  },
  async () => {
    await using lab = await Lab.create({
      wires: { a: { delayMs: 20 }, b: { delayMs: 30, rateMbit: 50 } },
    });
    await lab.server.start(run("./programs/upload.ts", "sink", SINK)).waitFor(/ready/, limit());
    const pair = await Pair.start(lab, { services: { sink: SINK } });
    await pair.waitUntilOn("eth0");
    await lab.laptop.configure("sysctl -qw net.ipv4.tcp_congestion_control=reno");
    await lab.wire("a").set({ rateBits: RATE_BITS, queueBytes: QUEUE_BYTES }, ["a->b"]);
    const { host, port } = pair.target("sink");
    const upload = lab.laptop.start(run("./programs/upload.ts", "to", host, port, BYTES));
    await new Promise((resolve) => setTimeout(resolve, FILLED_AFTER_MS));
    const askedAt = performance.now();
    const { from, to, replayedBytes, stallMs } = await pair.switchTo("wlan0");
    const drainedMs = performance.now() - askedAt;
    await upload.waitFor(/uploadedMs/, limit()); // the sink has counted every byte
    console.log(`${replayedBytes} bytes twice, stall ${stallMs} ms, drained for ${drainedMs} ms`);
    assert(drainedMs > 1_000, `the queue was not full: ${drainedMs} ms`);
    assertEquals([from, to], ["eth0", "wlan0"]);
    assert(replayedBytes < QUEUE_BYTES / 10, `${replayedBytes} bytes`);
  },
);
