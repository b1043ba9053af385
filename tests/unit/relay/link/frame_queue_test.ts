import { FrameQueue } from "../../../../lib/relay/link/frame_queue.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle } from "../../../virtual_clock.ts";

function made() {
  const [near, far] = MemoryConn.pair();
  const told: string[] = [];
  return { near, far, told, queue: new FrameQueue(near, testTasks(), () => told.push("broke")) };
}

Deno.test("frames of one turn are one write, in their order, and are waited for", async () => {
  const { far, queue } = made();
  assertEquals([1, 2, 3].map((one) => queue.add(Uint8Array.of(one, one))), [2, 4, 6]);
  await queue.flushed();
  assertEquals(await far.readNext(), Uint8Array.of(1, 1, 2, 2, 3, 3));
});

Deno.test("what was dropped is not written, and nobody waits for it", async () => {
  const { far, queue } = made();
  queue.add(Uint8Array.of(1));
  queue.clear();
  await queue.flushed();
  queue.add(Uint8Array.of(2));
  assertEquals(await far.readNext(), Uint8Array.of(2));
});

Deno.test("a frame that cannot be written is told, and the queue is at rest", async () => {
  const { far, told, queue } = made();
  far.close();
  queue.add(Uint8Array.of(1));
  await queue.flushed();
  await settle();
  assertEquals(told, ["broke"]);
});
