import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { ProxyRefusal, RequestBytes } from "../../../../lib/relay/proxy/proxy_request.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

Deno.test("the bytes of a request grow with every read, up to their bound", async () => {
  const [program, conn] = MemoryConn.pair();
  const bytes = new RequestBytes(conn, 5);
  assertEquals(bytes.all, new Uint8Array(0));
  await program.write(new Uint8Array([1, 2]));
  assertEquals([await bytes.more(), [...bytes.all]], [true, [1, 2]]);
  await program.write(new Uint8Array([3, 4, 5, 6]));
  assertEquals([await bytes.more(), [...bytes.all]], [true, [1, 2, 3, 4, 5]]);
  assertEquals([await bytes.more(), bytes.all.length], [false, 5]);
  assertEquals(await conn.readNext(), new Uint8Array([6])); // no byte beyond the bound was taken
});

Deno.test("bytes that were taken make room for others", async () => {
  const [program, conn] = MemoryConn.pair();
  const bytes = new RequestBytes(conn, 4);
  await program.write(new Uint8Array([1, 2, 3, 4, 5, 6]));
  await bytes.more();
  bytes.take(3);
  assertEquals([...bytes.all], [4]);
  assertEquals([await bytes.more(), [...bytes.all]], [true, [4, 5, 6]]);
});

Deno.test("there are no more bytes when the program has ended its direction", async () => {
  const [program, conn] = MemoryConn.pair();
  const bytes = new RequestBytes(conn, 4);
  await program.write(new Uint8Array([1]));
  await program.closeWrite();
  assertEquals([await bytes.more(), await bytes.more(), [...bytes.all]], [true, false, [1]]);
});

Deno.test("a connection that breaks in a request is the world's failure", async () => {
  const [program, conn] = MemoryConn.pair();
  program.reset();
  await assertRejects(() => new RequestBytes(conn, 4).more(), ConnFailed);
});

Deno.test("a refusal says why, and carries what the program is told", () => {
  const refusal = new ProxyRefusal("it is unknown", new Uint8Array([5]));
  assertEquals(refusal.message, "Cannot serve the request: it is unknown");
  assertEquals(refusal.answer, new Uint8Array([5]));
});
