/**
 * The end of a program beside applications that read late: what was written is then neither with
 * the relays any more nor with the application, but in the send queue of a socket.
 */
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { type PairFiles, ProcessPair } from "./kit/process_pair.ts";
import {
  closeQuietly,
  pattern,
  readAll,
  ServerApplication,
  writeAll,
} from "./kit/server_application.ts";

/** More than the application's system takes for one that does not read, less than ours sends. */
const BYTES = 1_000_000;
const EXPECTED = pattern(BYTES);

/** Elsewhere nobody knows what is in a send queue, and nothing can be reset. */
const ignore = Deno.build.os !== "linux";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

/** Both programs, and a server application that does nothing but be connected. */
async function withPair(
  run: (parts: {
    readonly pair: ProcessPair;
    readonly client: Deno.TcpConn;
    readonly server: Deno.TcpConn;
  }) => Promise<void>,
  files: PairFiles = {},
): Promise<void> {
  const over = Promise.withResolvers<void>();
  const accepted = Promise.withResolvers<Deno.TcpConn>();
  await using application = new ServerApplication((conn) => {
    accepted.resolve(conn);
    return over.promise;
  });
  await inFolder(async (folder) => {
    await using pair = await ProcessPair.start(folder, application.port, files);
    const client = await pair.connect();
    try {
      await run({ pair, client, server: await accepted.promise });
    } finally {
      closeQuietly(client);
      over.resolve();
    }
  });
}

test("what a finished client wrote arrives after CNAPT has ended", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(client, EXPECTED);
    client.close();
    await untilWithServer(pair);
    assertEquals(await pair.cnapt.end(), 0);
    await expectAll(server);
  });
});

test("what a client that waits for the answer wrote arrives after CNAPT has ended", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(client, EXPECTED);
    await client.closeWrite();
    await untilWithServer(pair);
    assertEquals(await pair.cnapt.end(), 0);
    await expectAll(server);
  });
});

test("a connection that CNAPT cut shows its server all that was said and then a failure", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(client, EXPECTED);
    await untilWithServer(pair);
    assertEquals(await pair.cnapt.end(), 0);
    assertEquals(await readUntilFailure(server), BYTES);
  });
});

test("SNAPT waits until a slow server has what its client wrote, and then for the answer", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(client, EXPECTED);
    await client.closeWrite();
    await untilWithServer(pair);
    const ended = pair.snapt.end();
    await pair.snapt.line(/draining/);
    await expectAll(server);
    await writeAll(server, pattern(7));
    server.close();
    assertEquals(await readAll(client), pattern(7));
    assertEquals(await ended, 0);
  });
});

test("SNAPT resets a connection that it has to cut when the server has what was said", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(client, EXPECTED);
    await untilWithServer(pair);
    const ended = pair.snapt.end();
    await pair.snapt.line(/draining/);
    assertEquals(await readUntilFailure(server), BYTES);
    assertEquals(await ended, 0);
    assert(!pair.snapt.log.includes("stream-cut"), pair.snapt.log);
  });
});

test("what a finished client wrote arrives also when SNAPT has waited in vain", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(client, EXPECTED);
    client.close();
    await untilWithServer(pair);
    assertEquals(await pair.snapt.end(), 0);
    await expectAll(server);
    assert(!pair.snapt.log.includes("stream-cut"), pair.snapt.log);
  }, { snaptYaml: "timeouts: { drain: 200ms }\n" });
});

test("what a finished server wrote arrives after SNAPT has ended", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(server, EXPECTED);
    server.close();
    await pair.snapt.end();
    await expectAll(client);
  });
});

test("CNAPT waits until a slow client has what its server wrote", async () => {
  await withPair(async ({ pair, client, server }) => {
    await writeAll(server, EXPECTED);
    server.close();
    await untilShown(pair, "receivedBytes");
    const ended = pair.cnapt.end();
    await pair.cnapt.line(/draining/);
    await expectAll(client);
    assertEquals(await ended, 0);
  });
});

/** Waits until SNAPT has given all that the client wrote to the server's socket. */
async function untilWithServer(pair: ProcessPair): Promise<void> {
  await untilShown(pair, "acknowledgedBytes");
}

async function untilShown(
  pair: ProcessPair,
  field: "acknowledgedBytes" | "receivedBytes",
): Promise<void> {
  const signal = AbortSignal.timeout(20_000);
  for (;;) {
    const { out } = await pair.command("cnapt", "status", "--json");
    const [stream] = JSON.parse(out).streams;
    if (stream?.[field] === BYTES) return;
    signal.throwIfAborted();
  }
}

/** All bytes are to come, and then the end. */
async function expectAll(conn: Deno.TcpConn): Promise<void> {
  const bytes = await readAll(conn);
  assertEquals(bytes.length, BYTES);
  assert(bytes.every((byte, at) => byte === EXPECTED[at]), "a byte is another one");
}

/** How many bytes come before the connection fails, which it must. */
async function readUntilFailure(conn: Deno.TcpConn): Promise<number> {
  let count = 0;
  const buffer = new Uint8Array(65_536);
  await assertRejects(async () => {
    for (let read = await conn.read(buffer); read !== null; read = await conn.read(buffer)) {
      count += read;
    }
  }, Deno.errors.ConnectionReset);
  return count;
}
