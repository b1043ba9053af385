import { HELD_DATAGRAM_BYTES, HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { HoldQueue, MAX_HELD, MAX_HELD_BYTES } from "../../../../lib/core/datagram/hold_queue.ts";
import { assertEquals } from "../../../assert.ts";

const of = (...values: number[]) => values.map((value) => new Uint8Array([value]));

Deno.test("what was held goes out newest first", () => {
  const queue = new HoldQueue(200, new HoldBudget());
  for (const [index, payload] of of(1, 2, 3).entries()) queue.push(payload, index);
  assertEquals(queue.release(10), { payloads: of(3, 2, 1), expired: 0 });
  assertEquals(queue.length, 0);
});

Deno.test("what was held for longer than it is worth is dropped and counted", () => {
  const queue = new HoldQueue(200, new HoldBudget());
  queue.push(new Uint8Array([1]), 0);
  queue.push(new Uint8Array([2]), 100);
  assertEquals(queue.push(new Uint8Array([3]), 201), { full: 0, expired: 1 });
  assertEquals(queue.release(300), { payloads: of(3, 2), expired: 0 });
  queue.push(new Uint8Array([4]), 300);
  assertEquals(queue.release(501), { payloads: [], expired: 1 });
});

Deno.test("the oldest make room when there are too many, or too many bytes", () => {
  const queue = new HoldQueue(200, new HoldBudget());
  for (let i = 0; i < MAX_HELD; i++) queue.push(new Uint8Array([i]), 0);
  assertEquals(queue.push(new Uint8Array([99]), 0), { full: 1, expired: 0 });
  assertEquals(queue.length, MAX_HELD);
  const large = new HoldQueue(200, new HoldBudget());
  large.push(new Uint8Array(MAX_HELD_BYTES / 2), 0);
  large.push(new Uint8Array(MAX_HELD_BYTES / 2), 0);
  assertEquals(large.push(new Uint8Array(1), 0), { full: 1, expired: 0 });
  assertEquals(large.length, 2);
});

Deno.test("a datagram that is held is a copy of what was given", () => {
  const queue = new HoldQueue(200, new HoldBudget());
  const buffer = new Uint8Array([1]);
  queue.push(buffer, 0);
  buffer[0] = 2;
  assertEquals(queue.release(0).payloads, of(1));
});

Deno.test("when all queues together hold too much, the one that wants more gives way", () => {
  const budget = new HoldBudget(2 * HELD_DATAGRAM_BYTES + 10);
  const [one, two] = [new HoldQueue(200, budget), new HoldQueue(200, budget)];
  one.push(new Uint8Array(8), 0);
  assertEquals(two.push(new Uint8Array(3), 0), { full: 1, expired: 0 });
  assertEquals([one.length, two.length, budget.usedBytes], [1, 0, HELD_DATAGRAM_BYTES + 8]);
  one.release(0);
  assertEquals(budget.usedBytes, 0);
  assertEquals(two.push(new Uint8Array(3), 0), { full: 0, expired: 0 });
});

Deno.test("empty datagrams take room too, and give it back however they go", () => {
  const budget = new HoldBudget(3 * HELD_DATAGRAM_BYTES);
  const queue = new HoldQueue(200, budget);
  for (let i = 0; i < 5; i++) queue.push(new Uint8Array(0), i);
  assertEquals([queue.length, budget.usedBytes], [3, 3 * HELD_DATAGRAM_BYTES]);
  assertEquals(queue.push(new Uint8Array(0), 203).expired, 1);
  assertEquals(budget.usedBytes, 3 * HELD_DATAGRAM_BYTES);
  queue.release(1_000);
  assertEquals(budget.usedBytes, 0);
});
