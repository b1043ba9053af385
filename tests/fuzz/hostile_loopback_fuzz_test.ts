import type { ByteConn } from "../../lib/net/byte_conn.ts";
import { dial } from "../../lib/net/dial.ts";
import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
import { assertEquals } from "../assert.ts";
import { LoopbackPair } from "../integration/kit/loopback_pair.ts";
import { KEY } from "../integration/kit/loopback_snapt.ts";
import { TestLog } from "../test_log.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import { HostileCnapt } from "./hostile/hostile_cnapt.ts";
import type { RandomBytes } from "./random_bytes.ts";

const MESSAGES = 1_000;
const ECHOED_BYTES = 20_000;
const PATIENCE_MS = 20_000;

fuzzTest(
  "SNAPT serves an honest client on real sockets while another says what it likes",
  async (random) => {
    const echo = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const echoing = serveEcho(echo);
    {
      await using pair = await LoopbackPair.connected(echo.addr.port, {
        security: "none",
        datagrams: ["echo-udp"],
        switchTimeoutMs: 500,
      });
      const log = new TestLog();
      const tasks = TaskGroup.root(SYSTEM_CLOCK, log, "attacker");
      const hostile = new HostileCnapt({
        credentials: () => ({ id: new Uint8Array(16).fill(100), key: KEY }),
        random,
        connect: () => connectTo(pair.port),
        ...{ tasks, longestPauseMs: 3, restMs: 50 },
      });
      let isOver = false;
      const attack = hostile.attack(MESSAGES).finally(() => isOver = true);
      for (let rounds = 0; rounds < 3 || !isOver; rounds++) await converse(pair, random);
      await attack;
      tasks.close();
      await tasks.done();
      assertEquals([...pair.snaptLog.of("error"), ...pair.cnaptLog.of("error")], []);
      assertEquals(log.of("error"), []);
      console.log(`${hostile.messages} messages`);
    }
    echo.close();
    await echoing;
  },
);

async function connectTo(port: number): Promise<ByteConn> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return await dial({ host: "127.0.0.1", port }, { kind: "any" }, { signal });
}

/** The honest client sends something and gets the same back, byte for byte. */
async function converse(pair: LoopbackPair, random: RandomBytes): Promise<void> {
  using conn = await pair.connect();
  const sent = random.bytes(ECHOED_BYTES);
  const sending = sendAll(conn, sent);
  const got = new Uint8Array(sent.length);
  for (let filled = 0; filled < got.length;) {
    const count = await conn.read(got.subarray(filled));
    if (count === null) throw new Error(`The honest client got ${filled} bytes only`);
    filled += count;
  }
  await sending;
  assertEquals(got, sent);
}

async function sendAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function serveEcho(listener: Deno.Listener<Deno.TcpConn>): Promise<void> {
  const serving: Promise<void>[] = [];
  for await (const conn of listener) serving.push(echoOn(conn));
  await Promise.all(serving);
}

async function echoOn(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(16_384);
  try {
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      await sendAll(conn, buffer.subarray(0, count));
    }
  } catch (error) {
    // A hostile client's stream may be reset at any time.
    const isReset = error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BrokenPipe;
    if (!isReset) throw error;
  }
  conn.close();
}
