import { Buffer } from "node:buffer";
import { DenoConn } from "../../lib/net/deno_conn.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import {
  echo,
  pattern,
  readAll,
  readExactly,
  ServerApplication,
  writeAll,
} from "./kit/server_application.ts";

for (const security of ["none", "tls"] as const) {
  Deno.test(`bytes arrive whole in both directions when relayed with security ${security}`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port, { security });
    using conn = await pair.connect();
    const sent = pattern(8_000_000);
    const [received] = await Promise.all([
      readAll(conn),
      writeAll(conn, sent).then(() => conn.closeWrite()),
    ]);
    assertEquals(Buffer.compare(received, sent), 0);
  });
}

for (const shape of ["overlapped", "strict"] as const) {
  Deno.test(`nothing is lost when the provider is switched ${shape} in mid-transfer`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port);
    const conns = await Promise.all(Array.from({ length: 8 }, () => pair.connect()));
    const transfers = conns.map((conn, index) => echoSlowly(conn, pattern(2_000_000, index + 1)));
    for (const provider of ["b", "a", "b"]) {
      const receipt = await pair.switchTo(provider, shape);
      assertEquals(receipt.outcome, "switched");
      assertEquals(receipt.kind, shape);
      assertEquals(receipt.to, provider);
    }
    for (const isWhole of await Promise.all(transfers)) assert(isWhole);
    for (const conn of conns) conn.close();
  });
}

Deno.test("nothing is lost when the provider goes away in mid-transfer", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  using conn = await pair.connect();
  const transfer = echoSlowly(conn, pattern(4_000_000));
  for (let times = 1; times <= 5; times++) {
    pair.loseProvider();
    await pair.until(() => pair.receipts.length === times);
    assertEquals(pair.receipts.at(-1)?.kind, "sudden");
  }
  assert(await transfer);
});

Deno.test("a switch waits for the one under way when both are asked for", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  using conn = await pair.connect();
  const transfer = echoSlowly(conn, pattern(2_000_000));
  const receipts = await Promise.all([
    pair.switchTo("b", "overlapped"),
    pair.switchTo("a", "strict"),
    pair.switchTo("b", "overlapped"),
  ]);
  assertEquals(receipts.map((receipt) => receipt.to), ["b", "a", "b"]);
  assert(await transfer);
});

Deno.test("a planned switch ends as a sudden one when the old network breaks in between", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  using conn = await pair.connect();
  const transfer = echoSlowly(conn, pattern(2_000_000));
  const switching = pair.switchTo("b", "strict");
  await pair.until((site) => site.state !== "connected");
  pair.loseProvider();
  assertEquals((await switching).outcome, "switched");
  assert(await transfer);
});

Deno.test("a half-closed connection goes on in the other direction", async () => {
  await using server = new ServerApplication(async (conn) => {
    const request = await readAll(conn);
    await writeAll(conn, pattern(request.length * 2));
    await conn.closeWrite();
  });
  await using pair = await LoopbackPair.connected(server.port);
  using conn = await pair.connect();
  await writeAll(conn, pattern(1_000));
  await conn.closeWrite();
  assertEquals((await readAll(conn)).length, 2_000);
});

Deno.test("the client can go on sending after the server ended its output", async () => {
  const got = Promise.withResolvers<number>();
  await using server = new ServerApplication(async (conn) => {
    await conn.closeWrite();
    got.resolve((await readAll(conn)).length);
  });
  await using pair = await LoopbackPair.connected(server.port);
  using conn = await pair.connect();
  assertEquals((await readAll(conn)).length, 0);
  await writeAll(conn, pattern(50_000));
  await conn.closeWrite();
  assertEquals(await got.promise, 50_000);
});

Deno.test("the client sees a reset when nobody listens behind the service", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  await using pair = await LoopbackPair.connected(port);
  using conn = await pair.connect();
  await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
  assert(pair.snaptLog.lines.some((line) => line.includes("service-unreachable")));
});

Deno.test("the server sees a reset when the client's connection is reset", async () => {
  const seen = Promise.withResolvers<unknown>();
  await using server = new ServerApplication(async (conn) => {
    await readExactly(conn, 4);
    await writeAll(conn, pattern(100_000));
    try {
      await readAll(conn);
      seen.resolve("end");
    } catch (error) {
      seen.resolve(error);
    }
  });
  await using pair = await LoopbackPair.connected(server.port);
  const conn = await pair.connect();
  await writeAll(conn, pattern(4));
  await readExactly(conn, 1);
  new DenoConn(conn).reset();
  assert(await seen.promise instanceof Deno.errors.ConnectionReset);
});

Deno.test("a stuck application holds up nobody else, and a switch neither", async () => {
  const release = Promise.withResolvers<void>();
  await using server = new ServerApplication(async (conn) => {
    const [first] = await readExactly(conn, 1);
    if (first === 0) await release.promise;
    else await writeAll(conn, pattern(10));
    await readAll(conn);
  });
  await using pair = await LoopbackPair.connected(server.port);
  using stuck = await pair.connect();
  await writeAll(stuck, new Uint8Array([0]));
  let offered = 0;
  const flood = (async () => {
    for (; offered < 64; offered++) await writeAll(stuck, pattern(1 << 18));
    await stuck.closeWrite();
  })();
  await pair.until((site) => site.streams.some((one) => one.bufferBytes === 1 << 20));
  assertEquals((await pair.switchTo("b", "overlapped")).outcome, "switched");
  assertEquals((await pair.switchTo("a", "strict")).outcome, "switched");
  using other = await pair.connect();
  await writeAll(other, new Uint8Array([1]));
  await readExactly(other, 10);
  assert(offered < 64, "the flood was not held back");
  release.resolve();
  await flood;
});

Deno.test("a connection made between two networks waits and then works", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  pair.loseProvider();
  assert(pair.site.snapshot().state !== "connected");
  using conn = await pair.connect();
  await writeAll(conn, pattern(100));
  assertEquals((await readExactly(conn, 100)).length, 100);
});

Deno.test("applications are reset at once when SNAPT no longer knows the session", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  using conn = await pair.connect();
  await writeAll(conn, pattern(10));
  await readExactly(conn, 10);
  for (const idHex of [...pair.server.sessions.keys()]) pair.server.endSession(idHex);
  await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
  await pair.until((site) => site.state === "connected");
});

Deno.test("many short connections leave nothing behind", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 20 }, async () => {
      using conn = await pair.connect();
      await writeAll(conn, pattern(500));
      await conn.closeWrite();
      assertEquals((await readAll(conn)).length, 500);
    }));
  }
  await pair.until((site) => site.streams.length === 0 && site.memoryBytes === 0);
  await pair.eventually(() => pair.server.memoryBytes === 0, "SNAPT's memory is given back");
});

/** Sends in small pieces with pauses, so that switches fall into the transfer. */
async function echoSlowly(conn: Deno.TcpConn, content: Uint8Array): Promise<boolean> {
  const sending = (async () => {
    for (let at = 0; at < content.length; at += 20_000) {
      await writeAll(conn, content.subarray(at, at + 20_000));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await conn.closeWrite();
  })();
  const received = await readAll(conn);
  await sending;
  return Buffer.compare(received, content) === 0;
}
