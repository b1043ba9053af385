import { PROTOCOL_VERSION } from "../../lib/core/wire/message.ts";
import { encodeAuth, encodeHello } from "../../lib/core/wire/preamble.ts";
import { dial } from "../../lib/net/dial.ts";
import { authenticateToSnapt, LinkRefused } from "../../lib/relay/link/link_auth.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { answer, bind, instanceOf, OTHER_ID, OWN_ID, parkLink } from "./kit/attacker.ts";
import { besideLiveSession } from "./kit/beside_live_session.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { KEY } from "./kit/loopback_snapt.ts";
import {
  closeQuietly,
  echo,
  pattern,
  readAll,
  readExactly,
  writeAll,
} from "./kit/server_application.ts";
import { tcpService } from "../opening.ts";

async function connectTo(pair: LoopbackPair): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: "127.0.0.1", port: pair.port });
}

for (
  const [what, bytes] of [
    ["garbage", pattern(4_000)],
    ["an HTTP request", new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
    ["TLS on a plain port", Uint8Array.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 0, 0])],
    ["a SNAPT's own hello", encodeHello({ version: 1, nonce: new Uint8Array(32) })],
  ] as const
) {
  Deno.test(`${what} ends only its own connection, with a log line and a counter`, async () => {
    await besideLiveSession(async (pair) => {
      using conn = await connectTo(pair);
      await writeAll(conn, bytes);
      await readAll(conn).catch(() => {});
      await pair.eventually(() => pair.server.counters.malformed === 1, "counted");
      assertEquals(pair.snaptLog.lines.filter((line) => line.includes("link-refused")).length, 1);
    });
  });
}

Deno.test("half a preamble ends at the deadline", async () => {
  await besideLiveSession(async (pair) => {
    using conn = await connectTo(pair);
    await writeAll(conn, new TextEncoder().encode("CNPT"));
    await readAll(conn).catch(() => {});
    await pair.eventually(() => pair.server.counters.timedOut === 1, "counted");
  }, { handshakeMs: 200 });
});

Deno.test("plain bytes on a TLS port end only their own connection", async () => {
  await besideLiveSession(async (pair) => {
    using conn = await connectTo(pair);
    await writeAll(conn, pattern(300));
    await readAll(conn).catch(() => {});
    await pair.eventually(() => pair.server.counters.malformed === 1, "counted");
  }, { security: "tls" });
});

Deno.test("a port scanner that connects and leaves disturbs nobody", async () => {
  await besideLiveSession(async (pair) => {
    for (let i = 0; i < 50; i++) (await connectTo(pair)).close();
    await pair.eventually(() => pair.server.counters.malformed >= 50, "all have left");
  });
});

Deno.test("a wrong key is refused with a code and a sentence", async () => {
  await besideLiveSession(async (pair) => {
    const target = { host: "127.0.0.1", port: pair.port };
    const conn = await dial(target, { kind: "any" }, { signal: AbortSignal.timeout(5_000) });
    const refusal = await assertRejects(
      () => authenticateToSnapt(conn, { id: OWN_ID, key: new Uint8Array(32).fill(8) }),
      LinkRefused,
    );
    assertEquals(refusal.code, "badKey");
    assert(refusal.sentence.includes("join again"), refusal.sentence);
    conn.close();
  });
});

Deno.test("a preamble recorded from another link is refused", async () => {
  await besideLiveSession(async (pair) => {
    // The recorded AUTH fits the nonce of the link that it was made for, and no other.
    const recorded: Uint8Array[] = [];
    const target = { host: "127.0.0.1", port: pair.port };
    const conn = await dial(target, { kind: "any" }, { signal: AbortSignal.timeout(5_000) });
    const write = conn.write.bind(conn);
    conn.write = (bytes) => {
      recorded.push(bytes.slice());
      return write(bytes);
    };
    await authenticateToSnapt(conn, { id: OWN_ID, key: KEY });
    conn.close();
    using replayed = await connectTo(pair);
    await writeAll(replayed, recorded[0] ?? new Uint8Array());
    const said = await readAll(replayed);
    assert(said[37] !== 0, "SNAPT accepted a replayed preamble");
  });
});

Deno.test("another protocol version is refused and says which", async () => {
  await besideLiveSession(async (pair) => {
    using conn = await connectTo(pair);
    const zeros = new Uint8Array(32);
    await writeAll(conn, encodeAuth({ version: 9, id: OWN_ID, nonce: zeros, mac: zeros }));
    const said = new TextDecoder().decode(await readAll(conn));
    assert(said.includes(`version ${PROTOCOL_VERSION}`), said);
  });
});

Deno.test("a frame of 4 GiB ends its link before anything is kept for it", async () => {
  await besideLiveSession(async (pair) => {
    const link = await parkLink(pair, OTHER_ID);
    await link.conn.write(Uint8Array.from([255, 255, 255, 255, 1]));
    assertEquals(await answer(link), null);
    assertEquals(pair.server.counters.malformed, 1);
  });
});

Deno.test("a link cannot begin with a message from the middle of a session", async () => {
  await besideLiveSession(async (pair) => {
    const link = await parkLink(pair, OTHER_ID);
    link.send({ kind: "okToRedirection", epoch: 1 });
    const said = await answer(link);
    assert(said?.kind === "refused" && said.code === "malformed");
  });
});

Deno.test("BIND without a session is refused", async () => {
  await besideLiveSession(async (pair) => {
    const link = await parkLink(pair, OTHER_ID);
    link.send(bind(instanceOf(pair)));
    const said = await answer(link);
    assert(said?.kind === "refused" && said.code === "unknownSession");
  });
});

for (
  const [what, changes] of [
    ["of a stale epoch", { stream: 1, binding: 9, mode: "replay", epoch: 0 }],
    ["for a link number of the past", { stream: 1, binding: 0, mode: "replay", epoch: 1 }],
  ] as const
) {
  Deno.test(`BIND ${what} is dropped and its stream goes on`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port);
    using conn = await pair.connect();
    await writeAll(conn, pattern(100));
    await readExactly(conn, 100);
    await pair.switchTo("b", "overlapped");
    const link = await parkLink(pair, OWN_ID);
    link.send(bind(instanceOf(pair), changes));
    assertEquals(await answer(link), null);
    await writeAll(conn, pattern(100));
    await readExactly(conn, 100);
  });
}

Deno.test("a position out of range costs its stream and nothing else", async () => {
  await besideLiveSession(async (pair) => {
    using victim = await pair.connect();
    await writeAll(victim, pattern(100));
    await readExactly(victim, 100);
    const link = await parkLink(pair, OWN_ID);
    const stream = pair.site.snapshot().streams.at(-1)?.stream ?? 0;
    const impossible = { stream, binding: 50, mode: "replay", from: 1 << 30, received: 0 } as const;
    link.send(bind(instanceOf(pair), impossible));
    assertEquals(await answer(link), null);
    await assertRejects(() => readAll(victim), Deno.errors.ConnectionReset);
  });
});

Deno.test("a service that was not given is refused", async () => {
  await using server = echo();
  const client = {
    name: "laptop",
    destinations: [],
    isSourceTrusted: false,
    refusalOfDial: () => null,
    datagrams: [],
    clientServices: null,
    services: [tcpService("echo", 7)],
  };
  await using pair = await LoopbackPair.connected(server.port, {
    services: ["echo", "secret"],
    admit: () => ({ kind: "known", key: KEY, client }),
  });
  using conn = await pair.connect(1);
  await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
  using allowed = await pair.connect(0);
  await writeAll(allowed, pattern(10));
  await readExactly(allowed, 10);
});

for (const code of ["unknownId", "revoked"] as const) {
  Deno.test(`CNAPT says so and turns applications away when it is refused as ${code}`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.start(server.port, {
      admit: () => ({ kind: "refused", code, sentence: "no longer welcome" }),
    });
    await pair.until((site) => site.state === "refused");
    assertEquals(pair.site.snapshot().refusal?.sentence, "no longer welcome");
    using conn = await pair.connect();
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
  });
}

Deno.test("ten thousand connections that say nothing do not keep a session from resuming", async () => {
  await using server = echo();
  // On a busy machine the flood, which this process makes itself, takes longer than other tests wait.
  await using pair = await LoopbackPair.connected(server.port, { switchTimeoutMs: 600_000 });
  using conn = await pair.connect();
  await writeAll(conn, pattern(10));
  await readExactly(conn, 10);
  const silent: Deno.TcpConn[] = [];
  for (let batch = 0; batch < 100; batch++) {
    const opened = await Promise.allSettled(Array.from({ length: 100 }, () => connectTo(pair)));
    for (const one of opened) {
      if (one.status === "fulfilled") silent.push(one.value);
      // It was pushed out before it was noticed that it was there.
      else assert(one.reason instanceof Deno.errors.ConnectionReset);
    }
    // Those that SNAPT pushed out are closed here too, or this process runs out of descriptors.
    while (silent.length > 200) silent.shift()?.close();
  }
  pair.loseProvider();
  await pair.until((site) => site.state === "connected");
  await writeAll(conn, pattern(10));
  await readExactly(conn, 10);
  const { counters } = pair.server;
  const ended = () => counters.turnedAway + counters.malformed + counters.timedOut;
  await pair.eventually(() => counters.accepted >= 10_000, "all were accepted");
  await pair.eventually(() => ended() >= 9_800, "none is kept");
  silent.forEach(closeQuietly);
});

Deno.test("the control link breaks on a message that cannot be, and the session resumes", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  using conn = await pair.connect();
  const [session] = pair.server.sessions.values();
  assert(session !== undefined);
  // A SNAPT gone wrong: it answers a step that nobody took.
  session.driver.apply([{ kind: "sendControl", message: { kind: "okToRedirection", epoch: 0 } }]);
  await pair.until(() => pair.receipts.length === 1);
  assertEquals(pair.receipts[0]?.kind, "sudden");
  await writeAll(conn, pattern(10));
  await readExactly(conn, 10);
});
