import { Buffer } from "node:buffer";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "./kit/server_application.ts";

for (const compression of ["zstd", "deflate"] as const) {
  Deno.test(`what is packed with ${compression} arrives whole in both directions`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port, { compression });
    using conn = await pair.connect();
    const sent = lines(4_000_000);
    const [received] = await Promise.all([
      readAll(conn),
      writeAll(conn, sent).then(() => conn.closeWrite()),
    ]);
    assertEquals(Buffer.compare(received, sent), 0);
    const packing = pair.site.snapshot().packing["echo"];
    assertEquals(packing?.sentPlainBytes, sent.length);
    assertEquals(packing?.receivedPlainBytes, sent.length);
    assert((packing?.ratio ?? 0) > 3, JSON.stringify(packing));
  });

  Deno.test(`a single byte packed with ${compression} waits for no other`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port, { compression });
    using conn = await pair.connect();
    for (const length of [1, 30, 2, 100, 1]) {
      const said = lines(length);
      await writeAll(conn, said);
      assertEquals(await readExactly(conn, length), said);
    }
  });

  Deno.test(`nothing packed with ${compression} is lost across switches of all kinds`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port, { compression });
    const conns = await Promise.all(Array.from({ length: 6 }, () => pair.connect()));
    const transfers = conns.map((conn, index) =>
      echoSlowly(conn, index % 2 === 0 ? lines(2_000_000) : mixed(2_000_000))
    );
    for (const [provider, shape] of [["b", "overlapped"], ["a", "strict"]] as const) {
      assertEquals((await pair.switchTo(provider, shape)).outcome, "switched");
      const before = pair.receipts.length;
      pair.loseProvider();
      await pair.until(() => pair.receipts.length > before);
      if (pair.site.provider !== provider) await pair.switchTo(provider, "overlapped");
    }
    for (const isWhole of await Promise.all(transfers)) assert(isWhole);
    for (const conn of conns) conn.close();
  });
}

Deno.test("packing is given up on a stream that does not shrink, and taken up again", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port, { compression: "zstd" });
  using conn = await pair.connect();
  const states = new Set<string | undefined>();
  for (const content of [pattern(300_000), lines(3_000_000)]) {
    const [received] = await Promise.all([
      readExactly(conn, content.length),
      writeAll(conn, content),
    ]);
    assertEquals(Buffer.compare(received, content), 0);
    states.add(pair.site.snapshot().streams[0]?.packing?.state);
  }
  assertEquals([...states], ["resting", "packing"]);
});

Deno.test("packed streams give all their memory back when they end", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port, { compression: "zstd" });
  await Promise.all(Array.from({ length: 20 }, async () => {
    using conn = await pair.connect();
    await writeAll(conn, lines(50_000));
    await conn.closeWrite();
    assertEquals((await readAll(conn)).length, 50_000);
  }));
  await pair.until((site) => site.streams.length === 0 && site.memoryBytes === 0);
  await pair.eventually(() => pair.server.memoryBytes === 0, "SNAPT's memory is given back");
});

/** Text that shrinks well. */
function lines(length: number): Uint8Array {
  let text = "";
  for (let i = 0; text.length < length; i++) text += `row ${i}: ${(i * 7919) % 1_000} of 1000\n`;
  return new TextEncoder().encode(text.slice(0, length));
}

/** Now text, now noise. */
function mixed(length: number): Uint8Array {
  const whole = lines(length);
  for (let at = 0; at < length; at += 600_000) {
    whole.set(pattern(Math.min(300_000, length - at), at + 1), at);
  }
  return whole;
}

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
