import { connect, type Socket } from "node:net";
import { once } from "node:events";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { dial } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import {
  departureIn,
  parseConnections,
  type PeerDeparture,
} from "../../../lib/net/peer_departure.ts";
import { assert, assertEquals } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();
const isLinux = Deno.build.os === "linux";
if (!isLinux) console.log("SKIPPED who has left its connection: it needs Linux");

const TABLE = parseConnections(
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:C350 08 00000000:00000000 00:00000000 00000000  1000        0 4711 1
   1: 0100007F:C350 0100007F:1F90 05 00000000:00000000 03:00000F00 00000000     0        0 0 3
   2: 0100007F:C351 0100007F:1F90 05 00000000:00000000 00:00000000 00000000  1000        0 4712 1
   3: 0100007F:C352 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 0 1
   4: 0100007F:1F90 070200C0:C355 08 00000000:00000004 00:00000000 00000000  1000        0 4713 1
   5: 0100007F:1F90 070200C0:C357 08 00000000:00000001 00:00000000 00000000  1000        0 4714 1
   6: 0100007F:1F90 070200C0:C358 01 00000000:00000000 00:00000000 00000000  1000        0 4715 1
   7: 0100007F:C359 0100007F:1F90 05 00000000:00000000 03:00000F00 00000000     0        0 0 3
   8: 0100007F:1F90 0100007F:C359 08 00000000:00000004 00:00000000 00000000  1000        0 4716 1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:C353 00000000000000000000000001000000:1F90 04 00000000:00000000 00:00000000 00000000     0        0 0 3
   1: 0000000000000000FFFF00000100007F:C354 0000000000000000FFFF00000100007F:1F90 05 00000000:00000000 00:00000000 00000000     0        0 0 3
`,
);

function inTable(port: number, host = "127.0.0.1", local = host): PeerDeparture | "reset" {
  return departureIn(TABLE, { localAddress: `${local}:8080`, remoteAddress: `${host}:${port}` });
}

Deno.test("an end that has said FIN and that no program holds has left", () => {
  assertEquals([inTable(50000), inTable(50003, "[::1]")], ["left", "left"]);
});

Deno.test("an end that a program holds stays, whatever it has said", () => {
  assertEquals([inTable(50001), inTable(50002)], ["stays", "stays"]);
});

Deno.test("an end that is not on this machine is unknown, one whose other end is not either was reset", () => {
  assertEquals(inTable(50005, "192.0.2.7", "127.0.0.1"), "unknown");
  assertEquals(inTable(50008, "192.0.2.7", "127.0.0.1"), "unknown");
  assertEquals(inTable(50006, "192.0.2.7", "127.0.0.1"), "reset");
});

Deno.test("an end elsewhere that has said FIN, and not a word before, has left", () => {
  assertEquals(inTable(50007, "192.0.2.7", "127.0.0.1"), "left");
});

Deno.test("of an end that has left it is known whether it has said something", () => {
  assertEquals([inTable(50000), inTable(50009)], ["left", "leftWords"]);
});

Deno.test("nothing is known where there is no table", () => {
  const ends = { localAddress: "127.0.0.1:8080", remoteAddress: "127.0.0.1:50000" };
  assertEquals(departureIn(parseConnections(""), ends), "unknown");
});

Deno.test("IPv4 is found however sockets for both families write it", () => {
  assertEquals([inTable(50000, "[::ffff:127.0.0.1]"), inTable(50004)], ["left", "left"]);
});

/** Until `conn` sees the end of what its client says. */
async function ended(conn: ByteConn): Promise<void> {
  while (await conn.readNext() !== null);
}

async function closeAll(socket: Socket, conn: ByteConn): Promise<void> {
  const closed = once(socket, "close");
  socket.destroy();
  conn.close();
  await closed;
}

for (const host of ["127.0.0.1", "::1", "::"]) {
  Deno.test({
    name:
      `a client of ${host} that has ended its request stays until its program closes the socket`,
    ignore: !isLinux,
    fn: async () => {
      const listener = listenPlain({ host, port: 0 });
      const client = connect({
        host: host === "::1" ? host : "127.0.0.1",
        port: listener.port,
        allowHalfOpen: true,
      });
      const conn = await listener.accept();
      assert(conn !== null);
      assertEquals(await conn.peerDeparture?.(), "stays");
      client.end("GET");
      await ended(conn);
      assertEquals(await conn.peerDeparture?.(), "stays");
      await closeAll(client, conn);
      listener.close();
    },
  });
}

Deno.test({
  name: "a client that has closed its socket has left, though it has only said FIN",
  ignore: !isLinux,
  fn: async () => {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const accepting = listener.accept();
    const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
    await client.write(new TextEncoder().encode("GET"));
    client.close();
    const conn = await accepting;
    assert(conn !== null);
    assertEquals(await conn.peerDeparture?.(), "leftWords");
    await ended(conn);
    assertEquals(await conn.peerDeparture?.(), "left");
    conn.close();
    listener.close();
  },
});

Deno.test({
  name: "a client that has reset its connection has left, also when nobody reads",
  ignore: !isLinux,
  fn: async () => {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const accepting = listener.accept();
    const { signal } = new AbortController();
    const target = { host: "127.0.0.1", port: listener.port };
    const client = await dial(target, { kind: "any" }, { signal });
    const conn = await accepting;
    assert(conn !== null);
    client.reset();
    assertEquals(await conn.peerDeparture?.(), "left");
    conn.close();
    listener.close();
  },
});
