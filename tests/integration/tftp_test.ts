/** TFTP through UDP services and UDP client services: each transfer has a port of its own there. */
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { VIRTUAL_ADDRESS } from "./kit/loopback_snapt.ts";
import type { PairSettings } from "./kit/pair_settings.ts";
import { pattern } from "./kit/server_application.ts";
import { tftpAt, TftpPort, TftpServer } from "./kit/tftp.ts";

/** Several blocks, the last of them shorter, or empty. */
const SIZES = [20_000, 10_240, 1] as const;

async function offering(
  server: TftpServer,
  settings: PairSettings = {},
): Promise<LoopbackPair> {
  return await LoopbackPair.connected(server.port, {
    answersFrom: "anyPort",
    ...settings,
    datagrams: ["tftp"],
  });
}

for (const security of ["none", "tls"] as const) {
  Deno.test(`files are read and written by TFTP, one after the other from one port, security ${security}`, async () => {
    await using server = new TftpServer();
    await using pair = await offering(server, { security });
    await using client = new TftpPort();
    const to = tftpAt(pair.datagramPort());
    for (const size of SIZES) {
      server.files.set("boot", pattern(size, size));
      assertEquals(await client.get("boot", to), pattern(size, size));
      await client.put("log", pattern(size, size + 1), to);
      assertEquals(server.files.get("log"), pattern(size, size + 1));
    }
    assertEquals(client.strangers, 0, "all answers come from CNAPT's one port");
    assertEquals(pair.site.snapshot().flows.length, 1);
  });

  for (const shape of ["overlapped", "strict", "sudden"] as const) {
    Deno.test(`a transfer by TFTP survives ${shape} switches, security ${security}`, async () => {
      await using server = new TftpServer();
      await using pair = await offering(server, { security });
      await using client = new TftpPort();
      const content = pattern(100_000);
      server.files.set("boot", content);
      let heard = 0;
      const halfway = Promise.withResolvers<void>();
      const resumed = Promise.withResolvers<void>();
      client.heard = () => {
        if (++heard === 60) halfway.resolve();
        if (heard > 120) resumed.resolve();
      };
      const reading = client.get("boot", tftpAt(pair.datagramPort()));
      await halfway.promise;
      if (shape === "sudden") {
        pair.loseProvider();
        await pair.until(() => pair.receipts.length > 0);
      } else await pair.switchTo("b", shape);
      await resumed.promise;
      assertEquals(await reading, content);
      assertEquals(client.strangers, 0);
    });
  }
}

Deno.test("transfers of several clients at once do not mix", async () => {
  await using server = new TftpServer();
  await using pair = await offering(server, { security: "tls" });
  const clients = Array.from({ length: 8 }, () => new TftpPort());
  const names = clients.map((_, index) => `file ${index}`);
  names.forEach((name, index) => server.files.set(name, pattern(30_000 + index, index + 1)));
  const to = tftpAt(pair.datagramPort());
  const got = await Promise.all(clients.map((client, index) => client.get(names[index] ?? "", to)));
  got.forEach((content, index) => assertEquals(content, pattern(30_000 + index, index + 1)));
  for (const client of clients) await client[Symbol.asyncDispose]();
});

Deno.test("a request that arrives twice begins two transfers, and the file arrives all the same", async () => {
  await using server = new TftpServer();
  await using pair = await offering(server, { security: "tls" });
  await using client = new TftpPort();
  client.requests = 2;
  server.files.set("boot", pattern(5_000));
  const to = tftpAt(pair.datagramPort());
  assertEquals(await client.get("boot", to), pattern(5_000));
  await client.put("log", pattern(3_000), to);
  assertEquals(server.files.get("log"), pattern(3_000));
  assert(server.transfers.length >= 4);
});

Deno.test("TFTP reaches a server on the client side through SNAPT", async () => {
  await using server = new TftpServer();
  await using pair = await LoopbackPair.connected(1, {
    security: "tls",
    answersFrom: "anyPort",
    datagramClientServices: { tftp: server.port },
  });
  await pair.until((site) => site.clientServices[0]?.address !== "");
  await using client = new TftpPort();
  const to = tftpAt(server.port, VIRTUAL_ADDRESS);
  server.files.set("boot", pattern(20_000));
  assertEquals(await client.get("boot", to), pattern(20_000));
  await client.put("log", pattern(5_000), to);
  assertEquals([server.files.get("log"), client.strangers], [pattern(5_000), 0]);
});

Deno.test("where nothing is said, answers from another port are dropped as a stranger's", async () => {
  await using server = new TftpServer();
  await using pair = await offering(server, { security: "tls", answersFrom: "ownPort" });
  await using client = new TftpPort();
  let heard = 0;
  client.heard = () => heard += 1;
  void client.get("boot", tftpAt(pair.datagramPort())).catch(() => {});
  await pair.eventually(
    () => (pair.datagrams?.drops.snapshot().stranger ?? 0) > 0,
    "they are counted",
  );
  assert(server.transfers.length > 0);
  assertEquals(heard, 0);
});
