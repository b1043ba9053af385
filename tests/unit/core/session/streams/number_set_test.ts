import { MAX_RANGES, NumberSet } from "../../../../../lib/core/session/streams/number_set.ts";
import { assert, assertEquals } from "../../../../assert.ts";
import { Chance } from "../../../../sim/chance.ts";

Deno.test("a number set is one range when numbers come in order", () => {
  const set = new NumberSet();
  for (let value = 1; value <= 1_000; value++) set.add(value);
  assertEquals(set.rangeCount, 1);
  assert(set.has(1) && set.has(1_000) && !set.has(0) && !set.has(1_001));
});

Deno.test("a number set joins two ranges when the number between them comes", () => {
  const set = new NumberSet();
  for (const value of [5, 7]) set.add(value);
  assertEquals(set.rangeCount, 2);
  set.add(6);
  assertEquals(set.rangeCount, 1);
});

Deno.test("a number set agrees with a plain set whatever is added", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const chance = new Chance(seed);
  const set = new NumberSet();
  const plain = new Set<number>();
  for (let i = 0; i < 150; i++) {
    const value = chance.between(0, 100);
    set.add(value);
    plain.add(value);
    for (let probe = 0; probe <= 101; probe++) {
      assertEquals(set.has(probe), plain.has(probe), `${probe} after ${i} numbers, seed ${seed}`);
    }
  }
});

Deno.test("a peer that leaves gaps everywhere makes no more ranges than are told apart", () => {
  const set = new NumberSet();
  const last = 4 * MAX_RANGES;
  for (let value = 0; value <= last; value += 2) set.add(value);
  assertEquals(set.rangeCount, MAX_RANGES);
  assertEquals([set.has(1), set.has(last - 1), set.has(last)], [true, false, true]);
  for (let value = last; value >= 0; value -= 2) set.add(value);
  assertEquals(set.rangeCount, MAX_RANGES);
});

Deno.test("random numbers are found again, and no others, as long as there is room", () => {
  const set = new NumberSet();
  const plain = new Set<number>();
  let value = 7;
  for (let i = 0; i < 3_000; i++) {
    value = (value * 1_103_515_245 + 12_345) % 5_000;
    set.add(value);
    plain.add(value);
  }
  for (let one = 0; one < 5_000; one++) assertEquals(set.has(one), plain.has(one), `${one}`);
});
