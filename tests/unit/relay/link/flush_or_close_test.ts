import { flushOrClose } from "../../../../lib/relay/link/flush_or_close.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const LIMIT_MS = 5_000;

/** A link on which a frame waits to be written. */
function made({ isStuck }: { isStuck: boolean }) {
  const clock = new VirtualClock();
  const tasks = testTasks(clock);
  const [near] = MemoryConn.pair();
  if (isStuck) near.write = () => new Promise(() => {});
  const link = new Link(near, "eth0", tasks);
  link.send({ kind: "boundDatagrams", binding: 1 });
  return { clock, tasks, link, over: flushOrClose(link, tasks, LIMIT_MS) };
}

Deno.test("a link stays open, and no timer is left, when its frames are written in time", async () => {
  const { clock, link, over } = made({ isStuck: false });
  await over;
  await clock.advance(2 * LIMIT_MS);
  assertEquals([link.isOpen, clock.pending], [true, 0]);
});

Deno.test("a link is closed when its peer takes nothing until the limit", async () => {
  const { clock, link, over } = made({ isStuck: true });
  await clock.advance(LIMIT_MS - 1);
  assertEquals(link.isOpen, true);
  await clock.advance(1);
  await over;
  assertEquals([link.isOpen, clock.pending], [false, 0]);
});

Deno.test("a link is closed when the tasks end before its peer takes anything", async () => {
  const { clock, tasks, link, over } = made({ isStuck: true });
  await settle();
  tasks.close();
  await over;
  assertEquals([link.isOpen, clock.pending], [false, 0]);
});
