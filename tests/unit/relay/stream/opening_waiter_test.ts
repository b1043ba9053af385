import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { OpeningWaiters } from "../../../../lib/relay/stream/opening_waiter.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

function waiting(opened: () => Promise<ByteConn>) {
  const told: string[] = [];
  const waiters = new OpeningWaiters();
  const application = waiters.add(1, {
    application: null,
    opened,
    failed: (code) => told.push(code),
  });
  return { waiters, application, told };
}

Deno.test("who waits for a destination gets the application when it is connected, once", async () => {
  const [conn] = MemoryConn.pair();
  const { waiters, application, told } = waiting(() => Promise.resolve(conn));
  await waiters.opened(1);
  await waiters.opened(1);
  waiters.failed(1, "sessionEnded");
  assertEquals([await application === conn, told], [true, []]);
});

Deno.test("who waits hears why there will be no connection", async () => {
  const { waiters, application, told } = waiting(() => Promise.reject(new Error("not asked")));
  waiters.failAll("sessionEnded");
  assertEquals([await application, told], [null, ["sessionEnded"]]);
});

Deno.test("a stream gets no application when the application could not be told", async () => {
  const gone = new ConnFailed("reset", "Cannot write: it was reset");
  const { waiters, application } = waiting(() => Promise.reject(gone));
  await assertRejects(() => waiters.opened(1), ConnFailed);
  assertEquals(await application, null);
});
