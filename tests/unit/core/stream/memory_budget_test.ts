import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("a budget refuses what would exceed its limit and takes nothing", () => {
  const budget = new MemoryBudget(100);
  assert(budget.tryReserve(60));
  assert(!budget.tryReserve(41));
  assertEquals(budget.usedBytes, 60);
  assert(budget.tryReserve(40));
});

Deno.test("a budget takes nothing when the one above refuses", () => {
  const process = new MemoryBudget(100);
  const one = new MemoryBudget(1_000, process);
  const other = new MemoryBudget(1_000, process);
  assert(one.tryReserve(80));
  assert(!other.tryReserve(30));
  assertEquals([one.usedBytes, other.usedBytes, process.usedBytes], [80, 0, 80]);
  one.release(80);
  assert(other.tryReserve(30));
});

Deno.test("a budget gives the minimum even when it is used up", () => {
  const process = new MemoryBudget(10);
  const session = new MemoryBudget(10, process);
  session.reserveMinimum(16);
  assertEquals([session.usedBytes, process.usedBytes], [16, 16]);
  assert(!session.tryReserve(1));
});

Deno.test("a limit that is lowered takes nothing away, and counts for what is wanted next", () => {
  let limit = 100;
  const budget = new MemoryBudget(() => limit);
  assert(budget.tryReserve(80));
  limit = 50;
  assert(!budget.tryReserve(1));
  budget.release(60);
  assert(budget.tryReserve(30));
  assertEquals([budget.limitBytes, budget.usedBytes], [50, 50]);
});
