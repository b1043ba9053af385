import { createHash, randomBytes } from "node:crypto";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed, type ConnFailure } from "../../../lib/net/conn_failed.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { lacks, type SystemNeed } from "../../system_needs.ts";
import { CONN_KINDS, type ConnKind, ConnPair } from "./kit/conn_pair.ts";

const BULK_BYTES = 20 << 20;
const CHUNK_BYTES = 64 << 10;

/** What holds for each kind of connection: both ends of a pair are looked at. */
function forEachKind(
  name: string,
  run: (pair: ConnPair, kind: ConnKind) => Promise<void>,
  needOf: (kind: ConnKind) => SystemNeed | null = () => null,
): void {
  for (const kind of CONN_KINDS) {
    if (kind.missing !== null) console.log(`SKIPPED ${kind.name} ${name}: ${kind.missing}`);
    const isThere = kind.missing === null;
    const need = needOf(kind);
    const lacksNeed = isThere && need !== null && lacks(need, `${kind.name} ${name}`);
    Deno.test({
      name: `${kind.name}: ${name}`,
      ignore: !isThere || lacksNeed,
      fn: async () => {
        using pair = await ConnPair.open(kind);
        await run(pair, kind);
      },
    });
  }
}

/** What holds for either end of each kind of connection; each gets a pair of its own. */
function forEachEnd(
  name: string,
  run: (own: ByteConn, peer: ByteConn, kind: ConnKind) => Promise<void>,
  need?: SystemNeed | ((kind: ConnKind) => SystemNeed | null),
): void {
  forEachKind(name, async (pair, kind) => {
    await run(pair.client, pair.server, kind);
    using second = await ConnPair.open(kind);
    await run(second.server, second.client, kind);
  }, typeof need === "function" ? need : () => need ?? null);
}

function bothWays({ client, server }: ConnPair): readonly (readonly [ByteConn, ByteConn])[] {
  return [[client, server], [server, client]];
}

const text = (value: string) => new TextEncoder().encode(value);

async function readAll(conn: ByteConn): Promise<string> {
  const decoder = new TextDecoder();
  let all = "";
  for (let bytes = await conn.readNext(); bytes !== null; bytes = await conn.readNext()) {
    all += decoder.decode(bytes, { stream: true });
  }
  return all;
}

async function assertFails(run: () => Promise<unknown>, ...codes: ConnFailure[]): Promise<void> {
  const { code, message } = await assertRejects(run, ConnFailed);
  assert(codes.includes(code), `expected ${codes.join(" or ")}, got ${code}: ${message}`);
}

forEachKind("bytes arrive in read and in readNext", async (pair) => {
  for (const [from, to] of bothWays(pair)) {
    await from.write(text("first"));
    const into = new Uint8Array(64);
    assertEquals(await to.read(into), 5);
    assertEquals(into.slice(0, 5), text("first"));
    await from.write(text("second"));
    assertEquals(new Uint8Array(await to.readNext() ?? []), text("second"));
  }
});

forEachKind("what a small buffer leaves is read next, by either way of reading", async (pair) => {
  for (const [from, to] of bothWays(pair)) {
    await from.write(text("abcdefgh"));
    await from.closeWrite();
    const small = new Uint8Array(3);
    let seen = "";
    while (seen.length < 6) {
      const count = await to.read(small);
      assert(count !== null);
      seen += new TextDecoder().decode(small.subarray(0, count));
    }
    seen += await readAll(to);
    assertEquals(seen, "abcdefgh");
  }
});

forEachKind("20 MB pass both ways at once and arrive unchanged", async (pair) => {
  const payload = randomBytes(1 << 20);
  const send = async (conn: ByteConn) => {
    for (let sent = 0; sent < BULK_BYTES; sent += CHUNK_BYTES) {
      const at = sent % payload.length;
      await conn.write(payload.subarray(at, at + CHUNK_BYTES));
    }
    await conn.closeWrite();
  };
  const receive = async (conn: ByteConn, way: "read" | "readNext") => {
    const hash = createHash("sha256");
    const into = new Uint8Array(CHUNK_BYTES);
    for (let total = 0;;) {
      const count = way === "read" ? await conn.read(into) : null;
      const bytes = way === "readNext"
        ? await conn.readNext()
        : count === null
        ? null
        : into.subarray(0, count);
      if (bytes === null) return { total, digest: hash.digest("hex") };
      hash.update(bytes);
      total += bytes.length;
    }
  };
  const hash = createHash("sha256");
  for (let sent = 0; sent < BULK_BYTES; sent += payload.length) hash.update(payload);
  const expected = { total: BULK_BYTES, digest: hash.digest("hex") };
  const [, , down, up] = await Promise.all([
    send(pair.client),
    send(pair.server),
    receive(pair.client, "readNext"),
    receive(pair.server, "read"),
  ]);
  assertEquals(down, expected);
  assertEquals(up, expected);
}, ({ security }) => security === "tls" ? "busyTls" : null);

forEachKind("the client may end its output and go on reading", async ({ client, server }) => {
  await client.write(text("question"));
  await client.closeWrite();
  assertEquals(await readAll(server), "question");
  await server.write(text("answer"));
  await server.closeWrite();
  assertEquals(await readAll(client), "answer");
  assertEquals(await client.readNext(), null);
});

forEachKind("the server may end its output and go on reading", async ({ client, server }) => {
  await server.write(text("greeting"));
  await server.closeWrite();
  assertEquals(await readAll(client), "greeting");
  await client.write(text("lastAnswer"));
  await client.closeWrite();
  assertEquals(await readAll(server), "lastAnswer");
});

forEachEnd("close makes a read that waits reject, and all later calls", async (own) => {
  const reading = assertFails(() => own.readNext(), "closedHere");
  own.close();
  await reading;
  own.close();
  await assertFails(() => own.read(new Uint8Array(8)), "closedHere");
  await assertFails(() => own.readNext(), "closedHere");
  await assertFails(() => own.write(text("x")), "closedHere");
  await assertFails(() => own.closeWrite(), "closedHere");
});

forEachEnd(
  "close makes a write that waits reject, and the peer sees a failure",
  async (own, peer, kind) => {
    const writing = assertFails(() => writeForEver(own), "closedHere");
    await isStuck(own);
    own.close();
    await writing;
    // node:tls calls every end of its input one; for a link they are the same.
    if (kind.security === "tls") {
      await readAll(peer).catch((error) => assertEquals(error.code, "reset"));
    } else await assertFails(() => readAll(peer), "reset");
  },
  "resets",
);

forEachEnd("what was written before close arrives", async (own, peer) => {
  await own.write(text("last words"));
  own.close();
  const into = new Uint8Array(64);
  const count = await peer.read(into);
  assertEquals(new TextDecoder().decode(into.subarray(0, count ?? 0)), "last words");
}, ({ security }) => security === "tls" ? "closingUnread" : null);

forEachEnd("close tells the peer the end", async (own, peer, kind) => {
  own.close();
  // TLS calls an end without a close_notify a failure; for a link they are the same.
  if (kind.security === "none") assertEquals(await peer.readNext(), null);
  else await peer.readNext().catch((error) => assertEquals(error.code, "reset"));
});

forEachEnd("reset makes the peer's read and write fail", async (own, peer, kind) => {
  const reading = peer.readNext();
  own.reset();
  own.reset();
  own.close();
  // node:tls calls every end of its input one; for a link they are the same.
  if (kind.security === "tls") await reading.catch((error) => assertEquals(error.code, "reset"));
  else await assertFails(() => reading, "reset");
  await assertFails(() => writeForEver(peer), "reset", "brokenPipe");
  await assertFails(() => own.readNext(), "closedHere");
}, "resets");

forEachEnd("reset ends a write of its own that waits", async (own) => {
  const writing = assertFails(() => writeForEver(own), "closedHere");
  await isStuck(own);
  own.reset();
  await writing;
}, "resets");

async function writeForEver(conn: ByteConn): Promise<never> {
  const bytes = new Uint8Array(CHUNK_BYTES);
  while (true) {
    await conn.write(bytes);
    progress.set(conn, (progress.get(conn) ?? 0) + 1);
  }
}

const progress = new WeakMap<ByteConn, number>();

/** Resolves when the writer of `conn` has got nowhere for many turns of the event loop. */
async function isStuck(conn: ByteConn): Promise<void> {
  let last = -1;
  for (let turns = 0; turns < 200; turns++) {
    const now = progress.get(conn) ?? 0;
    if (now !== last) turns = 0;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
