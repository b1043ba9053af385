import { HELD_DATAGRAM_BYTES, HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { HoldQueue, MAX_HELD, MAX_HELD_BYTES } from "../../../../lib/core/datagram/hold_queue.ts";
import { assertEquals } from "../../../assert.ts";

const NEWEST = { holdMs: 200, holdOrder: "newest" } as const;
const OLDEST = { holdMs: 200, holdOrder: "oldest" } as const;

const of = (...values: number[]) => values.map((value) => new Uint8Array([value]));

Deno.test("what was held goes out newest first", () => {
  const queue = new HoldQueue(NEWEST, new HoldBudget());
  for (const [index, payload] of of(1, 2, 3).entries()) queue.push(payload, index);
  assertEquals(queue.release(10), { payloads: of(3, 2, 1), expired: 0 });
  assertEquals(queue.length, 0);
});

Deno.test("what was held for longer than it is worth is dropped and counted", () => {
  const queue = new HoldQueue(NEWEST, new HoldBudget());
  queue.push(new Uint8Array([1]), 0);
  queue.push(new Uint8Array([2]), 100);
  assertEquals(queue.push(new Uint8Array([3]), 201), { full: 0, expired: 1 });
  assertEquals(queue.release(300), { payloads: of(3, 2), expired: 0 });
  queue.push(new Uint8Array([4]), 300);
  assertEquals(queue.release(501), { payloads: [], expired: 1 });
});

Deno.test("the oldest make room when there are too many, or too many bytes", () => {
  const queue = new HoldQueue(NEWEST, new HoldBudget());
  for (let i = 0; i < MAX_HELD; i++) queue.push(new Uint8Array([i]), 0);
  assertEquals(queue.push(new Uint8Array([99]), 0), { full: 1, expired: 0 });
  assertEquals(queue.length, MAX_HELD);
  const large = new HoldQueue(NEWEST, new HoldBudget());
  large.push(new Uint8Array(MAX_HELD_BYTES / 2), 0);
  large.push(new Uint8Array(MAX_HELD_BYTES / 2), 0);
  assertEquals(large.push(new Uint8Array(1), 0), { full: 1, expired: 0 });
  assertEquals(large.length, 2);
});

Deno.test("a datagram that is held is a copy of what was given", () => {
  const queue = new HoldQueue(NEWEST, new HoldBudget());
  const buffer = new Uint8Array([1]);
  queue.push(buffer, 0);
  buffer[0] = 2;
  assertEquals(queue.release(0).payloads, of(1));
});

Deno.test("when all queues together hold too much, the one that wants more gives way", () => {
  const budget = new HoldBudget(2 * HELD_DATAGRAM_BYTES + 10);
  const [one, two] = [new HoldQueue(NEWEST, budget), new HoldQueue(NEWEST, budget)];
  one.push(new Uint8Array(8), 0);
  assertEquals(two.push(new Uint8Array(3), 0), { full: 1, expired: 0 });
  assertEquals([one.length, two.length, budget.usedBytes], [1, 0, HELD_DATAGRAM_BYTES + 8]);
  one.release(0);
  assertEquals(budget.usedBytes, 0);
  assertEquals(two.push(new Uint8Array(3), 0), { full: 0, expired: 0 });
});

Deno.test("empty datagrams take room too, and give it back however they go", () => {
  const budget = new HoldBudget(3 * HELD_DATAGRAM_BYTES);
  const queue = new HoldQueue(NEWEST, budget);
  for (let i = 0; i < 5; i++) queue.push(new Uint8Array(0), i);
  assertEquals([queue.length, budget.usedBytes], [3, 3 * HELD_DATAGRAM_BYTES]);
  assertEquals(queue.push(new Uint8Array(0), 203).expired, 1);
  assertEquals(budget.usedBytes, 3 * HELD_DATAGRAM_BYTES);
  queue.release(1_000);
  assertEquals(budget.usedBytes, 0);
});

Deno.test("where the oldest are kept, what was held goes out as it was sent", () => {
  const queue = new HoldQueue(OLDEST, new HoldBudget());
  for (const [index, payload] of of(1, 2, 3).entries()) queue.push(payload, index);
  assertEquals(queue.release(10), { payloads: of(1, 2, 3), expired: 0 });
  queue.push(new Uint8Array([4]), 300);
  queue.push(new Uint8Array([5]), 400);
  assertEquals(queue.release(501), { payloads: of(5), expired: 1 }, "too old is too old");
});

Deno.test("where the oldest are kept, there is no room for the newest", () => {
  const budget = new HoldBudget();
  const queue = new HoldQueue(OLDEST, budget);
  for (let i = 0; i < MAX_HELD; i++) queue.push(new Uint8Array([i % 256]), 0);
  assertEquals(queue.push(new Uint8Array([7, 7]), 0), { full: 1, expired: 0 });
  assertEquals([queue.length, budget.usedBytes], [
    MAX_HELD,
    MAX_HELD * (1 + HELD_DATAGRAM_BYTES),
  ]);
  assertEquals(queue.release(0).payloads[0], new Uint8Array([0]));
  const large = new HoldQueue(OLDEST, budget);
  large.push(new Uint8Array(MAX_HELD_BYTES), 0);
  assertEquals(large.push(new Uint8Array(1), 0), { full: 1, expired: 0 });
  assertEquals(budget.usedBytes, MAX_HELD_BYTES + HELD_DATAGRAM_BYTES);
});

Deno.test("other terms hold for what waits already", () => {
  const queue = new HoldQueue(NEWEST, new HoldBudget());
  for (const payload of of(1, 2)) queue.push(payload, 0);
  queue.holdAs({ holdMs: 1_000, holdOrder: "oldest" });
  assertEquals(queue.release(1_000), { payloads: of(1, 2), expired: 0 });
});

for (const terms of [NEWEST, OLDEST]) {
  Deno.test(`what is put back goes out in the same order again: ${terms.holdOrder}`, () => {
    const queue = new HoldQueue(terms, new HoldBudget());
    for (const payload of of(1, 2, 3)) queue.push(payload, 0);
    const { payloads } = queue.release(0);
    assertEquals(queue.putBack(payloads, 100), { full: 0, expired: 0 });
    assertEquals(queue.release(100).payloads, payloads);
  });

  Deno.test(`who asks for it as it was sent gets it so: ${terms.holdOrder}`, () => {
    const queue = new HoldQueue(terms, new HoldBudget());
    for (const payload of of(1, 2, 3)) queue.push(payload, 0);
    assertEquals(queue.releaseAsSent(0), { payloads: of(1, 2, 3), expired: 0 });
    assertEquals(queue.length, 0);
  });
}
