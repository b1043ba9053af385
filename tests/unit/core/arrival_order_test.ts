import { ArrivalOrder } from "../../../lib/core/arrival_order.ts";
import { assert, assertEquals } from "../../assert.ts";

/** All values, oldest first; none is left. */
function drained<T>(order: ArrivalOrder<T>): T[] {
  const values: T[] = [];
  for (let oldest = order.oldest; oldest !== undefined; oldest = order.oldest) {
    values.push(oldest);
    order.delete(oldest);
  }
  return values;
}

Deno.test("values leave in the order in which they came", () => {
  const order = new ArrivalOrder<string>();
  for (const value of ["a", "b", "c", "d"]) order.add(value);
  assertEquals([order.oldest, order.size], ["a", 4]);
  assertEquals(drained(order), ["a", "b", "c", "d"]);
  assertEquals([order.oldest, order.size], [undefined, 0]);
});

Deno.test("a value that comes again goes to the end, wherever it was", () => {
  const order = new ArrivalOrder<string>();
  for (const value of ["a", "b", "c", "b", "a", "a", "d"]) order.add(value);
  assertEquals(drained(order), ["c", "b", "a", "d"]);
});

Deno.test("values are taken out at the beginning, in the middle and at the end", () => {
  const order = new ArrivalOrder<number>();
  for (const value of [1, 2, 3, 4, 5]) order.add(value);
  for (const value of [1, 3, 5, 5, 9]) order.delete(value);
  order.add(6);
  assertEquals(drained(order), [2, 4, 6]);
});

Deno.test("the oldest of very many is found as fast as that of few", () => {
  const order = new ArrivalOrder<number>();
  const count = 100_000;
  for (let i = 0; i < count; i++) order.add(i);
  const before = performance.now();
  for (let i = count; i < 2 * count; i++) {
    assert(order.oldest === i - count);
    order.delete(i - count);
    order.add(i);
  }
  assert(performance.now() - before < 4_000, "the first key of a Map takes minutes");
});
