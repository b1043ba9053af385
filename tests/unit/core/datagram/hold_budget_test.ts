import { HELD_DATAGRAM_BYTES, HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("what is held counts in the memory of whoever holds it", () => {
  const memory = new MemoryBudget(1_000);
  const budget = new HoldBudget();
  budget.countIn(memory);
  assertEquals([budget.take(100), budget.take(0)], [true, true]);
  assertEquals(memory.usedBytes, 2 * HELD_DATAGRAM_BYTES + 100);
  budget.giveBack(100);
  assertEquals([memory.usedBytes, budget.usedBytes], [HELD_DATAGRAM_BYTES, HELD_DATAGRAM_BYTES]);
});

Deno.test("nothing is held for which that memory, or one above it, has no room", () => {
  const process = new MemoryBudget(300);
  const budget = new HoldBudget();
  budget.countIn(new MemoryBudget(1_000, process));
  assertEquals([budget.take(0), budget.take(100), budget.take(0)], [true, false, true]);
  assertEquals([process.usedBytes, budget.usedBytes], [256, 256]);
});

Deno.test("a budget of its own holds no more than its bound", () => {
  const budget = new HoldBudget(HELD_DATAGRAM_BYTES + 5);
  assertEquals([budget.take(6), budget.take(5), budget.take(0)], [false, true, false]);
});

Deno.test("what is held already cannot be counted in other memory", () => {
  const budget = new HoldBudget();
  budget.take(1);
  assertThrows(() => budget.countIn(new MemoryBudget(1_000)), LocalMisuse);
});
