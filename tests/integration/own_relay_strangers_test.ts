/** What strangers send to a relay, over real sockets, while a connection through it is at work. */
import { relayServerName } from "../../lib/core/relay/relay_name.ts";
import { createIdentity } from "../../lib/config/identity.ts";
import { assert, assertEquals } from "../assert.ts";
import { TestLog } from "../test_log.ts";
import {
  extension,
  helloMessage,
  records,
  serverName,
} from "../unit/core/relay/kit/client_hello.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { LoopbackRelay } from "./kit/loopback_relay.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

const ALERT = Uint8Array.of(21, 3, 3, 0, 2, 2, 112);
const NOTHING = new Uint8Array(0);
/** The type of a record of TLS that is an alert. */
const ALERT_TYPE = 21;
const HANDSHAKE_MS = 300;
const OTHERS_NAME = relayServerName("tt7twyhssstrtvvt");

const helloFor = (name: string) => records(helloMessage(serverName(name)));
/** With an extension that makes it 64 kB long. */
const huge = (name: string) => {
  const padding = extension(21, Array<number>(64_000).fill(0));
  return records(helloMessage([...serverName(name), ...padding]));
};

/** Says `pieces` one after the other; what comes back, and how it ends. */
async function say(
  port: number,
  pieces: readonly Uint8Array[],
): Promise<{ readonly back: Uint8Array; readonly end: "ended" | "reset" }> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const parts: number[] = [];
  try {
    for (const piece of pieces) await writeAll(conn, piece);
    const buffer = new Uint8Array(4_096);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      parts.push(...buffer.subarray(0, count));
    }
    return { back: Uint8Array.from(parts), end: "ended" };
  } catch (error) {
    const isReset = error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BrokenPipe;
    if (!isReset) throw error;
    return { back: Uint8Array.from(parts), end: "reset" };
  }
}

Deno.test("whatever strangers send to a relay, they hear no more than that there is nobody", async () => {
  await using server = echo();
  await using relay = await LoopbackRelay.start("none", { handshakeMs: HANDSHAKE_MS });
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    relay,
  });
  using conn = await pair.connect();
  const authenticated = pair.server.counters.authenticated;
  const inPieces = (bytes: Uint8Array) => [...bytes].map((byte) => Uint8Array.of(byte));

  const [other, pieces, nameless, long, silent, broken, own] = await Promise.all([
    say(relay.port, [helloFor(OTHERS_NAME)]),
    say(relay.port, inPieces(helloFor(OTHERS_NAME))),
    say(relay.port, [records(helloMessage([]))]),
    say(relay.port, [huge(relay.serverName)]),
    say(relay.port, []),
    say(relay.port, [helloFor(relay.serverName).subarray(0, 30)]),
    // A stranger who has seen the name gets as far as a stranger at an open port: to SNAPT's TLS.
    say(relay.port, inPieces(helloFor(relay.serverName))),
    writeAll(conn, pattern(200_000)),
  ]);
  assertEquals([other, pieces, nameless].map(({ back }) => back), [ALERT, ALERT, ALERT]);
  assertEquals(long.back, NOTHING);
  assertEquals([silent, broken], Array(2).fill({ back: NOTHING, end: "reset" }));
  assert(own.back.length === 0 || own.back[0] === ALERT_TYPE, own.back.toHex());

  assertEquals(await readExactly(conn, 200_000), pattern(200_000));
  assertEquals(pair.server.sessions.size, 1);
  assertEquals(relay.log.of("error"), []);
  // The links of our own CNAPT may have been renewed; nobody else has proven anything.
  assert(pair.server.counters.authenticated >= authenticated);
  const { unknownName, malformed, timedOut, unproven } = relay.server.counters.refused;
  assertEquals([unknownName, malformed, timedOut, unproven], [3, 1, 2, 0]);
});

Deno.test("a relay that has no room for more says so, and what goes through it goes on", async () => {
  await using server = echo();
  await using relay = await LoopbackRelay.start("none", { connections: 3 });
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    relay,
  });
  using conn = await pair.connect();
  await writeAll(conn, pattern(1_000));
  assertEquals(await readExactly(conn, 1_000), pattern(1_000));
  await pair.eventually(
    () => relay.log.of("info").some((line) => /snapt-full .*limit/.test(line)),
    "the relay says that it is full",
  );
  await writeAll(conn, pattern(100_000));
  assertEquals(await readExactly(conn, 100_000), pattern(100_000));
});

Deno.test("of two SNAPTs with one key the later one is served, and the other says what to do", async () => {
  await using server = echo();
  await using relay = await LoopbackRelay.start();
  await using pair = await LoopbackPair.connected(server.port, {
    security: "tls",
    relay,
  });
  using conn = await pair.connect();
  const second = relay.attach({ identity: await createIdentity(), log: new TestLog() });
  const accepted = second.listener.accept();
  await pair.eventually(() => second.state === "attached", "the second is there");
  await pair.eventually(
    () =>
      pair.snaptLog.of("warn").some((line) =>
        line.includes("another SNAPT came with the same key; give each machine a code of its own")
      ),
    "the first says why it was displaced",
  );
  assert(
    relay.log.lines.some((line) => /snapt-attached .*instead_of/.test(line)),
    relay.log.lines.join("\n"),
  );
  // Who comes now comes to the second.
  using caller = await Deno.connect({ hostname: "127.0.0.1", port: relay.port });
  await writeAll(caller, helloFor(relay.serverName));
  const conn2 = await accepted;
  assert(conn2 !== null);
  conn2.reset();
  // What was joined before goes on.
  await writeAll(conn, pattern(50_000));
  assertEquals(await readExactly(conn, 50_000), pattern(50_000));
});

Deno.test("a SNAPT that is revoked while it proves its key is not let in", async () => {
  let asked = 0;
  await using relay = await LoopbackRelay.start("none", { isInvited: () => ++asked === 1 });
  const log = new TestLog();
  relay.attach({ identity: await createIdentity(), log });
  const refused = () => log.of("warn").some((line) => line.includes("it was revoked"));
  const signal = AbortSignal.timeout(10_000);
  while (!refused()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assertEquals(relay.log.of("info").filter((line) => line.includes("snapt-attached")), []);
});
