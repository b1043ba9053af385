import { openLibc } from "../../lib/net/libc.ts";
import { addressOf } from "../../lib/net/socket_address.ts";
import { findConnection } from "../../lib/net/socket_table.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { ProcessPair } from "./kit/process_pair.ts";
import { echo, readExactly, writeAll } from "./kit/server_application.ts";

const MSG_OOB = 1;

// Opened once for the process and never closed: no test is to be blamed for it.
const canSend = Deno.build.os === "linux" && openLibc().kind === "available";
if (!canSend) console.log("SKIPPED urgent_data_test: urgent data needs Linux and its C library");

function sendUrgent(conn: Deno.TcpConn, byte: number): void {
  const found = findConnection(addressOf(conn.localAddr), addressOf(conn.remoteAddr));
  assert(found !== null);
  assertEquals(found.libc.sendto(found.fd, Uint8Array.of(byte), 1n, MSG_OOB, null, 0), 1);
}

/** As a client of FTP gives up a transfer: the last byte of the line is urgent, and it waits. */
Deno.test({
  name: "what is urgent arrives at its place among the rest, also when nothing follows it",
  ignore: !canSend,
  fn: () =>
    inFolder(async (folder) => {
      await using server = echo();
      await using pair = await ProcessPair.start(folder, server.port);
      using conn = await pair.connect();
      for (const text of ["ABOR\r\n", "x\n", "a longer line\n"]) {
        const bytes = new TextEncoder().encode(text);
        await writeAll(conn, bytes.subarray(0, -1));
        sendUrgent(conn, bytes.at(-1) ?? 0);
        assertEquals(new TextDecoder().decode(await readExactly(conn, bytes.length)), text);
      }
      sendUrgent(conn, 88);
      await writeAll(conn, new TextEncoder().encode("yz"));
      assertEquals(new TextDecoder().decode(await readExactly(conn, 3)), "Xyz");
    }),
});
