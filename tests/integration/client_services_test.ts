import { Buffer } from "node:buffer";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { nobodyListens } from "./kit/nobody_listens.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { VIRTUAL_ADDRESS } from "./kit/loopback_snapt.ts";
import type { PairSettings } from "./kit/pair_settings.ts";
import {
  echo,
  pattern,
  readAll,
  readExactly,
  ServerApplication,
  writeAll,
} from "./kit/server_application.ts";

/** A pair whose CNAPT offers the port of `application`, once server applications can reach it. */
async function offering(application: number, settings: PairSettings = {}): Promise<LoopbackPair> {
  const pair = await LoopbackPair.connected(1, {
    ...settings,
    clientServices: { pager: application },
  });
  await pair.until((site) =>
    site.clientServices[0]?.address === `${VIRTUAL_ADDRESS}:${application}`
  );
  return pair;
}

async function call(port: number): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: VIRTUAL_ADDRESS, port });
}

for (const security of ["none", "tls"] as const) {
  Deno.test(`a server application reaches a client application with security ${security}`, async () => {
    await using client = echo();
    await using _pair = await offering(client.port, { security });
    using conn = await call(client.port);
    const sent = pattern(2_000_000);
    const [received] = await Promise.all([
      readAll(conn),
      writeAll(conn, sent).then(() => conn.closeWrite()),
    ]);
    assertEquals(Buffer.compare(received, sent), 0);
  });
}

for (const compression of ["zstd", "deflate"] as const) {
  Deno.test(`calls packed with ${compression} arrive whole, across switches too`, async () => {
    await using client = echo();
    await using pair = await offering(client.port, { compression });
    using conn = await call(client.port);
    const sent = new TextEncoder().encode("a row that shrinks well\n".repeat(80_000));
    const transfer = Promise.all([
      readAll(conn),
      writeAll(conn, sent)
        .then(() => conn.closeWrite()),
    ]);
    assertEquals((await pair.switchTo("b", "overlapped")).outcome, "switched");
    assertEquals((await pair.switchTo("a", "strict")).outcome, "switched");
    const [received] = await transfer;
    assertEquals(Buffer.compare(received, sent), 0);
    const packing = pair.site.snapshot().packing["pager"];
    assertEquals(packing?.receivedPlainBytes, sent.length);
    assertEquals(packing?.sentPlainBytes, sent.length);
    assert((packing?.ratio ?? 0) > 3, JSON.stringify(packing));
  });
}

Deno.test("a client application that speaks first is heard", async () => {
  await using client = new ServerApplication(async (conn) => {
    await writeAll(conn, pattern(1_000));
    await conn.closeWrite();
  });
  await using _pair = await offering(client.port);
  using conn = await call(client.port);
  assertEquals(Buffer.compare(await readAll(conn), pattern(1_000)), 0);
});

for (const shape of ["overlapped", "strict"] as const) {
  Deno.test(`calls under way survive an ${shape} switch, and both sides still open streams`, async () => {
    await using client = echo();
    await using pair = await offering(client.port);
    const conns = await Promise.all(Array.from({ length: 4 }, () => call(client.port)));
    const transfers = conns.map((conn, index) => echoed(conn, pattern(1_000_000, index + 1)));
    for (const provider of ["b", "a", "b"]) {
      assertEquals((await pair.switchTo(provider, shape)).outcome, "switched");
      const conn = await call(client.port);
      conns.push(conn);
      transfers.push(echoed(conn, pattern(100_000)));
    }
    for (const isWhole of await Promise.all(transfers)) assert(isWhole);
    for (const conn of conns) conn.close();
  });
}

Deno.test("a call waits while its CNAPT is between networks", async () => {
  await using client = echo();
  await using pair = await offering(client.port);
  using before = await call(client.port);
  await writeAll(before, pattern(10));
  await readExactly(before, 10);
  for (let times = 1; times <= 5; times++) {
    pair.loseProvider();
    using conn = await call(client.port);
    await writeAll(conn, pattern(500, times));
    assertEquals(Buffer.compare(await readExactly(conn, 500), pattern(500, times)), 0);
    await pair.until(() => pair.receipts.length === times);
  }
  await writeAll(before, pattern(10));
  await readExactly(before, 10);
});

Deno.test("a caller sees a reset when nobody listens at the client application", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  await using pair = await offering(port);
  using conn = await call(port);
  await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
  assert(pair.cnaptLog.lines.some((line) => line.includes("client-application-unreachable")));
});

Deno.test("a caller that gives up leaves nothing behind", async () => {
  await using client = echo();
  await using pair = await offering(client.port);
  const conn = await call(client.port);
  conn.close();
  const [session] = pair.server.sessions.values();
  await pair.eventually(() => client.accepted === 1, "the client application is called");
  await pair.eventually(
    () => session?.driver.session.streams.size === 0 && session.driver.session.pendingCalls === 0,
    "SNAPT forgets the stream",
  );
  await pair.until((site) => site.streams.length === 0);
});

Deno.test("a client service that SNAPT does not allow is refused with the reason, others are not", async () => {
  await using client = echo();
  await using pair = await LoopbackPair.connected(1, {
    clientServices: { pager: client.port, secret: 22 },
    refusalOf: ({ name }) => name === "secret" ? "not this one" : null,
  });
  await pair.until((site) => site.clientServices.every((one) => one.address + one.reason !== ""));
  const [pager, secret] = pair.site.snapshot().clientServices;
  assertEquals(pager?.address, `${VIRTUAL_ADDRESS}:${client.port}`);
  assertEquals([secret?.address, secret?.reason], ["", "not this one"]);
  using conn = await call(client.port);
  await writeAll(conn, pattern(10));
  await readExactly(conn, 10);
});

Deno.test("a port of the virtual address that is taken is said, and taken from nobody", async () => {
  await using client = echo();
  using other = Deno.listen({ hostname: VIRTUAL_ADDRESS, port: client.port });
  await using pair = await LoopbackPair.connected(1, { clientServices: { pager: client.port } });
  await pair.until((site) => (site.clientServices[0]?.reason ?? "").includes("taken"));
  const accepting = other.accept();
  using conn = await call(client.port);
  (await accepting).close();
  assertEquals((await readAll(conn)).length, 0);
});

Deno.test("the ports of a CNAPT are closed with its session", async () => {
  await using client = echo();
  await using pair = await offering(client.port);
  using waiting = await call(client.port);
  await writeAll(waiting, pattern(10));
  await readExactly(waiting, 10);
  await pair.site.stop();
  await nobodyListens({ hostname: VIRTUAL_ADDRESS, port: client.port });
  await assertRejects(() => readAll(waiting), Deno.errors.ConnectionReset);
});

/** Sends `bytes` in pieces and checks that the same come back. */
async function echoed(conn: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  const sending = (async () => {
    for (let at = 0; at < bytes.length; at += 50_000) {
      await writeAll(conn, bytes.subarray(at, at + 50_000));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await conn.closeWrite();
  })();
  const [received] = await Promise.all([readAll(conn), sending]);
  return Buffer.compare(received, bytes) === 0;
}
