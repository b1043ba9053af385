import { acceptAll } from "../../../../lib/relay/access/accept_all.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

Deno.test("a mistake with one connection is said, and the next one is accepted", async () => {
  const clock = new VirtualClock();
  const log = new TestLog();
  const tasks = testTasks(clock, log);
  const [first] = MemoryConn.pair();
  const [second] = MemoryConn.pair();
  const coming: (ByteConn | null)[] = [first, second, null];
  const accepted: ByteConn[] = [];
  const listener = { accept: () => Promise.resolve(coming.shift() ?? null) };
  const accepting = acceptAll(listener, tasks, (conn) => {
    accepted.push(conn);
    if (conn === first) throw new RangeError("ours");
  });
  await clock.advance(999);
  assertEquals(accepted, [first]);
  await clock.advance(1);
  await accepting;
  assertEquals(accepted, [first, second]);
  assertEquals(log.lines.filter((line) => line.includes("ours")).length, 1);
  tasks.close();
});
