import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { PrefixedConn } from "../../../lib/net/prefixed_conn.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { MemoryConn } from "../../memory_conn.ts";

const PREFIX = new Uint8Array([1, 2, 3]);
const MORE = new Uint8Array([4, 5]);

Deno.test("the bytes that were read already come first, in pieces as large as there is room", async () => {
  const [application, relayed] = MemoryConn.pair();
  const conn = new PrefixedConn(PREFIX, relayed);
  await application.write(MORE);
  const room = new Uint8Array(2);
  assertEquals([await conn.read(room), [...room]], [2, [1, 2]]);
  assertEquals([await conn.read(room), room[0]], [1, 3]);
  assertEquals([await conn.read(room), [...room]], [2, [4, 5]]);
});

Deno.test("what is left of the bytes that were read already comes at once and once", async () => {
  const [application, relayed] = MemoryConn.pair();
  const conn = new PrefixedConn(PREFIX, relayed);
  await conn.read(new Uint8Array(1));
  assertEquals(await conn.readNext(), new Uint8Array([2, 3]));
  await application.write(MORE);
  assertEquals(await conn.readNext(), MORE);
  await application.closeWrite();
  assertEquals([await conn.readNext(), await conn.read(new Uint8Array(1))], [null, null]);
});

Deno.test("an end before the bytes that were read already does not cost them", async () => {
  const [application, relayed] = MemoryConn.pair();
  application.close();
  const conn = new PrefixedConn(PREFIX, relayed);
  assertEquals([await conn.readNext(), await conn.readNext()], [PREFIX, null]);
});

Deno.test("everything else is what the connection itself does", async () => {
  const [application, relayed] = MemoryConn.pair("192.0.2.1:1", "192.0.2.2:2");
  const conn = new PrefixedConn(PREFIX, relayed);
  assertEquals([conn.localAddress, conn.remoteAddress], ["192.0.2.2:2", "192.0.2.1:1"]);
  await conn.write(MORE);
  await conn.closeWrite();
  assertEquals([await application.readNext(), await application.readNext()], [MORE, null]);
  conn.close();
  assertEquals(relayed.isOpen, false);
});

Deno.test("a reset is a reset and no orderly end", async () => {
  const [application, relayed] = MemoryConn.pair();
  new PrefixedConn(PREFIX, relayed).reset();
  const { code } = await assertRejects(() => application.readNext(), ConnFailed);
  assertEquals(code, "reset");
});

Deno.test("whether its program has gone is known as without a prefix", async () => {
  const [near, far] = MemoryConn.pair();
  const conn = new PrefixedConn(new Uint8Array(1), near);
  assertEquals(await conn.peerDeparture(), "unknown");
  far.departure = "left";
  assertEquals(await conn.peerDeparture(), "left");
});
