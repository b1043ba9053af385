/** A connection that this end has dialled, and on which TLS begins at the other: as behind a relay. */
import { createIdentity } from "../../../lib/config/identity.ts";
import { AcceptedTls } from "../../../lib/net/accepted_tls.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed, passOnUnlessConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { RawConn } from "../../../lib/net/raw_conn.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

openLibc(); // opened once for all tests: it is never closed

const IDENTITY = await createIdentity();
const { certificatePem: cert, privateKeyPem: key } = IDENTITY;
const HEADER = new TextEncoder().encode("ahead of it all");
const FIRST_BYTES = 16_384;
const QUIET_TURNS = 500;
const signal = () => AbortSignal.timeout(10_000);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What was dialled for TLS, and the other end of it. */
async function dialled(test: (conn: ByteConn, other: ByteConn) => Promise<void>): Promise<void> {
  const listener = listenPlain({ host: "127.0.0.1", port: 0 }, "link");
  const target = { host: "127.0.0.1", port: listener.port };
  const [conn, other] = await Promise.all([
    dial(target, { kind: "any" }, { signal: signal(), isToAcceptTls: true }),
    listener.accept(),
  ]);
  assert(other !== null);
  try {
    await test(conn, other);
  } finally {
    conn.close();
    other.close();
    listener.close();
  }
}

/** A client that trusts the certificate is joined to it, behind a header: both ends are secured. */
function joined(
  test: (client: ByteConn, accepted: AcceptedTls, carried: () => number) => Promise<void>,
): Promise<void> {
  return dialled(async (below, other) => {
    assert(below instanceof RawConn);
    const front = listenPlain({ host: "127.0.0.1", port: 0 }, "link");
    const dialling = dial({ host: "127.0.0.1", port: front.port }, { kind: "any" }, {
      tls: { ca: cert, serverName: "some.name" },
      signal: signal(),
    });
    const caller = await front.accept();
    assert(caller !== null);
    const hello = new Uint8Array(FIRST_BYTES);
    const count = await caller.read(hello) ?? 0;
    await other.write(Uint8Array.of(...HEADER, ...hello.subarray(0, count)));
    const header = new Uint8Array(HEADER.length);
    for (let at = 0; at < header.length;) at += await below.read(header.subarray(at)) ?? 99;
    assertEquals(header, HEADER);
    let carried = 0;
    const carry = async (from: ByteConn, to: ByteConn) => {
      for (let bytes = await from.readNext(); bytes !== null; bytes = await from.readNext()) {
        await to.write(bytes);
        carried += bytes.length;
      }
      await to.closeWrite();
    };
    const cut = (error: unknown) => {
      passOnUnlessConnFailed(error);
      caller.reset();
      other.reset();
    };
    const carrying = Promise.all([
      carry(caller, other).catch(cut),
      carry(other, caller).catch(cut),
    ]);
    const accepted = new AcceptedTls(
      { conn: below, first: new Uint8Array(0), remoteAddress: "192.0.2.7:1" },
      { cert, key },
    );
    let client: ByteConn | null = null;
    try {
      [client] = await Promise.all([dialling, accepted.handshake()]);
      await test(client, accepted, () => carried);
    } finally {
      client?.close();
      accepted.close();
      await carrying;
      caller.close();
      front.close();
    }
  });
}

async function readAll(conn: ByteConn): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let bytes = await conn.readNext(); bytes !== null; bytes = await conn.readNext()) {
    parts.push(new Uint8Array(bytes));
  }
  return await new Blob(parts).bytes();
}

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255);
}

Deno.test("TLS begins behind the last byte that was read, and carries both ways to the end", () =>
  joined(async (client, accepted) => {
    assertEquals(accepted.remoteAddress, "192.0.2.7:1");
    assertEquals(client.shownCertificate, accepted.shownCertificate);
    const sent = pattern(3_000_000);
    const [there, back] = await Promise.all([
      readAll(accepted).then(async (bytes) => {
        await accepted.write(bytes);
        await accepted.closeWrite();
        return bytes;
      }),
      readAll(client),
      client.write(sent).then(() => client.closeWrite()),
    ]);
    assertEquals(there, sent);
    assertEquals(back, sent);
  }));

Deno.test("a reader that reads nothing stops the other end", () =>
  joined(async (client, accepted, carried) => {
    const sent = new Uint8Array(32_000_000);
    const writing = client.write(sent);
    for (let [quiet, before] = [0, 0]; quiet < QUIET_TURNS; quiet++) {
      if (carried() !== before) [quiet, before] = [0, carried()];
      await turn();
    }
    assert(carried() < sent.length * 3 / 4, `${carried()} bytes were taken`);
    let used = 0;
    while (used < sent.length) {
      const bytes = await accepted.readNext();
      assert(bytes !== null);
      used += bytes.length;
    }
    await writing;
  }));

Deno.test("a reset ends the other end, and everything fails here", () =>
  joined(async (client, accepted) => {
    const waiting = assertRejects(() => accepted.readNext(), ConnFailed);
    const hearing = readAll(client).catch(passOnUnlessConnFailed); // node:tls may call it the end
    accepted.reset();
    await Promise.all([waiting, hearing]);
    await assertRejects(() => accepted.write(Uint8Array.of(1)), ConnFailed);
  }));

Deno.test("when the other end breaks off nothing waits here", () =>
  joined(async (client, accepted) => {
    const hearing = readAll(accepted).catch(passOnUnlessConnFailed); // node:tls may call it the end
    client.reset();
    await hearing;
    // What is written meets what has broken, sooner or later.
    const writing = async () => {
      for (;;) await accepted.write(Uint8Array.of(1));
    };
    await assertRejects(writing, ConnFailed);
  }));

Deno.test("what is no TLS, there already or later, fails the handshake and is closed", async () => {
  const garbage = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
  const bad = (when: "before" | "after") =>
    dialled(async (conn, other) => {
      await other.write(when === "before" ? Uint8Array.of(1, ...garbage) : Uint8Array.of(1));
      assertEquals(await conn.read(new Uint8Array(1)), 1);
      const accepted = new AcceptedTls({ conn, first: new Uint8Array(0) }, { cert, key });
      const failing = assertRejects(() => accepted.handshake(), ConnFailed);
      if (when === "after") await other.write(garbage);
      await failing;
      await assertRejects(() => accepted.readNext(), ConnFailed);
    });
  await bad("before");
  await bad("after");
});

Deno.test("a handshake that is given up ends, and its connection with it", () =>
  dialled(async (conn) => {
    const accepted = new AcceptedTls({ conn, first: new Uint8Array(0) }, { cert, key });
    const failing = assertRejects(() => accepted.handshake(), ConnFailed);
    accepted.reset();
    await failing;
  }).then(() =>
    dialled(async (conn, other) => {
      const accepted = new AcceptedTls({ conn, first: new Uint8Array(0) }, { cert, key });
      const failing = assertRejects(() => accepted.handshake(), ConnFailed);
      await turn();
      await turn();
      await other.closeWrite(); // it has said nothing, and will not
      await failing;
    })
  ));

Deno.test("its end is seen while it waits", () =>
  dialled(async (conn, other) => {
    const waiting = conn.readNext();
    await other.closeWrite();
    assertEquals(await waiting, null);
  }));

// On Windows a reset that meets no write reads as an end; what is carried has lengths of its own.
Deno.test({
  name: "its loss is seen while it waits",
  ignore: Deno.build.os === "windows",
  fn: () =>
    dialled(async (conn, other) => {
      const waiting = assertRejects(() => conn.readNext(), ConnFailed);
      other.reset();
      await waiting;
    }),
});

Deno.test("one that is given up while it waits fails the read", () =>
  dialled(async (conn) => {
    const waiting = assertRejects(() => conn.read(new Uint8Array(1)), ConnFailed);
    conn.reset();
    await waiting;
  }));
