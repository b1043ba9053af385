import { lastAnswer } from "../../../../lib/relay/proxy/last_answer.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const NO = new TextEncoder().encode("no");

Deno.test("a last answer is read whole, and the connection is closed when the program has closed it", async () => {
  const clock = new VirtualClock();
  const [program, conn] = MemoryConn.pair();
  await program.write(new Uint8Array(100)); // would reset the answer away if it were not read
  const said = lastAnswer(conn, NO, clock);
  assertEquals([await program.readNext(), await program.readNext()], [NO, null]);
  assertEquals(conn.isOpen, true);
  program.close();
  await said;
  assertEquals([conn.isOpen, clock.pending], [false, 0]);
});

Deno.test("a program that never ends its connection has it closed after two seconds", async () => {
  const clock = new VirtualClock();
  const [, conn] = MemoryConn.pair();
  const said = lastAnswer(conn, NO, clock);
  await clock.advance(1_999);
  assertEquals(conn.isOpen, true);
  await clock.advance(1);
  await said;
  assertEquals(conn.isOpen, false);
});

Deno.test("an empty answer only ends the connection", async () => {
  const [program, conn] = MemoryConn.pair();
  const said = lastAnswer(conn, new Uint8Array(0), new VirtualClock());
  assertEquals(await program.readNext(), null);
  program.close();
  await said;
});

Deno.test("a program that has gone is no mistake, and nothing is left open or waiting", async () => {
  for (const leave of [(conn: MemoryConn) => conn.reset(), (conn: MemoryConn) => conn.close()]) {
    const clock = new VirtualClock();
    const [program, conn] = MemoryConn.pair();
    leave(program);
    await lastAnswer(conn, NO, clock);
    assertEquals([conn.isOpen, clock.pending], [false, 0]);
  }
});

Deno.test("a mistake of ours is passed on, and the connection is closed all the same", async () => {
  const clock = new VirtualClock();
  const [, conn] = MemoryConn.pair();
  conn.write = () => Promise.reject(new TypeError("a mistake of ours"));
  await assertRejects(() => lastAnswer(conn, NO, clock), TypeError);
  await settle();
  assertEquals([conn.isOpen, clock.pending], [false, 0]);
});
