import { LinkProgress } from "../../../../lib/core/stream/link_progress.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { SendRing } from "../../../../lib/core/stream/send_ring.ts";
import { assertEquals } from "../../../assert.ts";

function sending(bytes: number): SendRing {
  const ring = new SendRing(65_536, new MemoryBudget(1e6));
  send(ring, bytes);
  return ring;
}

function send(ring: SendRing, bytes: number): void {
  ring.writable(bytes);
  ring.commit(bytes);
  ring.claim(bytes);
}

Deno.test("LinkProgress is content when nothing is outstanding or something was acknowledged", () => {
  const ring = sending(100);
  const progress = new LinkProgress();
  ring.acknowledge(100);
  for (let i = 0; i < 10; i++) assertEquals(progress.look(ring), "fine");
  for (let i = 1; i < 20; i++) {
    send(ring, 10);
    assertEquals(progress.look(ring), "fine");
    ring.acknowledge(100 + 10 * i - 5);
  }
});

Deno.test("LinkProgress condemns a link at the second look without progress", () => {
  const ring = sending(100);
  const progress = new LinkProgress();
  assertEquals([progress.look(ring), progress.look(ring)], ["fine", "stuck"]);
});

Deno.test("LinkProgress doubles its patience while links do not help, until one does", () => {
  const ring = sending(100);
  const progress = new LinkProgress();
  const looksUntilStuck = () => {
    for (let looks = 1;; looks++) if (progress.look(ring) === "stuck") return looks;
  };
  assertEquals(Array.from({ length: 8 }, looksUntilStuck), [2, 4, 8, 16, 32, 64, 64, 64]);
  ring.acknowledge(50);
  assertEquals(progress.look(ring), "fine");
  assertEquals(looksUntilStuck(), 2);
});
