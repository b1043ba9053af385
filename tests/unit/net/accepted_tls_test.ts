import { createIdentity } from "../../../lib/config/identity.ts";
import { AcceptedTls } from "../../../lib/net/accepted_tls.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed, passOnUnlessConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { PrefixedConn } from "../../../lib/net/prefixed_conn.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

openLibc(); // opened once for all tests: it is never closed

const IDENTITY = await createIdentity();
const { certificatePem: cert, privateKeyPem: key } = IDENTITY;
const PATIENCE_MS = 10_000;

/** Counts what is read of a connection. */
class CountedConn extends PrefixedConn {
  bytes = 0;
  constructor(conn: ByteConn) {
    super(new Uint8Array(0), conn);
  }
  override async readNext(): Promise<Uint8Array | null> {
    const bytes = await super.readNext();
    this.bytes += bytes?.length ?? 0;
    return bytes;
  }
}

/** A client that trusts the certificate, and the other end of its connection, not secured yet. */
async function inPair(
  test: (client: ByteConn, accepted: AcceptedTls, below: CountedConn) => Promise<void>,
  counts = { carried: { receivedBytes: 0, sentBytes: 0 }, ended: 0 },
): Promise<void> {
  const listener = listenPlain({ host: "127.0.0.1", port: 0 }, "link");
  const accepting = listener.accept();
  const dialling = dial({ host: "127.0.0.1", port: listener.port }, { kind: "any" }, {
    tls: { ca: cert, serverName: "some.name" },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const raw = await accepting;
  assert(raw !== null);
  const first = new Uint8Array(100);
  const count = await raw.read(first) ?? 0;
  const below = new CountedConn(raw);
  const { carried } = counts;
  const accepted = new AcceptedTls(
    {
      ...{ conn: below, first: first.subarray(0, count), remoteAddress: "192.0.2.7:1", carried },
      ended: () => counts.ended += 1,
    },
    { cert, key },
  );
  let client: ByteConn | null = null;
  try {
    [client] = await Promise.all([dialling, accepted.handshake()]);
    await test(client, accepted, below);
  } finally {
    client?.close();
    accepted.close();
    listener.close();
  }
}

async function readAll(conn: ByteConn, atMost = Infinity): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  while (total < atMost) {
    const bytes = await conn.readNext();
    if (bytes === null) break;
    parts.push(new Uint8Array(bytes));
    total += bytes.length;
  }
  return await new Blob(parts).bytes();
}

function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255);
}

Deno.test("TLS is ended on a connection whose first bytes were read before, both ways, to the end", () =>
  inPair(async (client, accepted) => {
    assertEquals(accepted.remoteAddress, "192.0.2.7:1");
    const sent = pattern(700_000);
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

Deno.test("both ends know the certificate that was shown", () =>
  inPair((client, accepted) => {
    assertEquals(client.shownCertificate?.length, accepted.shownCertificate.length);
    assertEquals(client.shownCertificate, accepted.shownCertificate);
    return Promise.resolve();
  }));

Deno.test("a slow reader has no more read ahead of it than a bound, and gets it all", () =>
  inPair(async (client, accepted, below) => {
    const sent = pattern(6_000_000);
    const writing = client.write(sent);
    const got = new Uint8Array(sent.length);
    let [used, ahead] = [0, 0];
    while (used < sent.length) {
      const bytes = await accepted.readNext();
      assert(bytes !== null);
      got.set(bytes, used);
      used += bytes.length;
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      ahead = Math.max(ahead, below.bytes - used);
    }
    await writing;
    assertEquals(got, sent);
    assert(ahead < 1_000_000, `${ahead} bytes were read ahead`);
  }));

Deno.test("a reset ends the other end, and everything fails here", () =>
  inPair(async (client, accepted) => {
    const waiting = assertRejects(() => accepted.readNext(), ConnFailed);
    const hearing = readAll(client).catch(passOnUnlessConnFailed); // node:tls may call it the end
    accepted.reset();
    await Promise.all([waiting, hearing]);
    await assertRejects(() => accepted.write(Uint8Array.of(1)), ConnFailed);
  }));

Deno.test("the end of the other end without a word is no end of its input", () =>
  inPair(async (client, accepted) => {
    const waiting = assertRejects(() => readAll(accepted), ConnFailed);
    client.reset();
    await waiting;
  }));

Deno.test("what is no TLS fails the handshake and is closed", async () => {
  const listener = listenPlain({ host: "127.0.0.1", port: 0 }, "link");
  const accepting = listener.accept();
  const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  const conn = await accepting;
  assert(conn !== null);
  const first = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
  const accepted = new AcceptedTls({ conn, first }, { cert, key });
  await assertRejects(() => accepted.handshake(), ConnFailed);
  await assertRejects(() => accepted.readNext(), ConnFailed);
  client.close();
  listener.close();
});

Deno.test("a handshake that is given up ends, and its connection with it", async () => {
  const listener = listenPlain({ host: "127.0.0.1", port: 0 }, "link");
  const accepting = listener.accept();
  const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  const conn = await accepting;
  assert(conn !== null);
  const accepted = new AcceptedTls({ conn, first: new Uint8Array(0) }, { cert, key });
  const failing = assertRejects(() => accepted.handshake(), ConnFailed);
  accepted.reset();
  await failing;
  client.close();
  listener.close();
});

Deno.test("what goes either way within TLS is counted, and the end is told once", async () => {
  const counts = { carried: { receivedBytes: 0, sentBytes: 0 }, ended: 0 };
  await inPair(async (client, accepted) => {
    await client.write(new Uint8Array(5));
    await accepted.readNext();
    await accepted.write(new Uint8Array(7));
    await client.readNext();
    assertEquals([counts.carried, counts.ended], [{ receivedBytes: 5, sentBytes: 7 }, 0]);
    accepted.close();
    accepted.reset();
  }, counts);
  assertEquals(counts.ended, 1);
});

Deno.test("a client that ends before it has said enough fails the handshake", async () => {
  const listener = listenPlain({ host: "127.0.0.1", port: 0 }, "link");
  const accepting = listener.accept();
  const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  const conn = await accepting;
  assert(conn !== null);
  const accepted = new AcceptedTls({ conn, first: Uint8Array.of(22, 3, 1) }, { cert, key });
  const failing = assertRejects(() => accepted.handshake(), ConnFailed);
  await client.closeWrite();
  await failing;
  client.close();
  listener.close();
});
