/** TFTP through the two programs, as their files say it. */
import { openLibc } from "../../../lib/net/libc.ts";
import { assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair, PROVIDERS } from "../kit/process_pair.ts";
import { pattern } from "../kit/server_application.ts";
import { tftpAt, TftpPort, TftpServer } from "../kit/tftp.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

Deno.test("a file of many blocks comes by TFTP through both programs, across a switch", () =>
  inFolder(async (folder) => {
    await using server = new TftpServer();
    const service = ", protocol: udp, from: anyPort, hold: 10s, holdOrder: oldest";
    const files = { service, listen: "127.0.0.1:0/udp" };
    await using pair = await ProcessPair.start(folder, server.port, files);
    await using client = new TftpPort();
    const to = tftpAt(pair.servicePort);
    server.files.set("boot", pattern(200_000));
    assertEquals(await client.get("boot", to), pattern(200_000));
    let heard = 0;
    const halfway = Promise.withResolvers<void>();
    client.heard = () => {
      heard += 1;
      if (heard === 50) halfway.resolve();
    };
    const writing = client.put("log", pattern(200_000, 2), to);
    await halfway.promise;
    const first = await pair.cnapt.line(/ connected .*provider=(\S+)/);
    const other = PROVIDERS.find((one) => one !== first) ?? "";
    const switched = await pair.command("cnapt", "switch", other);
    assertEquals(switched.code, 0, switched.err);
    await writing;
    assertEquals(server.files.get("log"), pattern(200_000, 2));
    assertEquals(client.strangers, 0);
  }));
