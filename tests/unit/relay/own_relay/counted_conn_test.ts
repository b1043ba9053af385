import { CountedConn, noCarriage } from "../../../../lib/relay/own_relay/counted_conn.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

Deno.test("what goes either way is counted, and a connection until it is closed, once", async () => {
  const carriage = noCarriage();
  const [near, far] = MemoryConn.pair();
  const conn = new CountedConn(near, carriage);
  assertEquals(carriage, { joined: 1, connections: 1, receivedBytes: 0, sentBytes: 0 });
  await conn.write(new Uint8Array(5));
  await far.readNext();
  await far.write(new Uint8Array(7));
  assertEquals((await conn.readNext())?.length, 7);
  await far.write(new Uint8Array(2));
  assertEquals(await conn.read(new Uint8Array(9)), 2);
  await far.closeWrite();
  assertEquals(await conn.readNext(), null);
  conn.close();
  conn.reset();
  assertEquals(carriage, { joined: 0, connections: 1, receivedBytes: 9, sentBytes: 5 });
});

Deno.test("what could not be sent is not counted", async () => {
  const carriage = noCarriage();
  const [near] = MemoryConn.pair();
  const conn = new CountedConn(near, carriage);
  conn.reset();
  await assertRejects(() => conn.write(new Uint8Array(5)));
  assertEquals(carriage.sentBytes, 0);
});
