import { NumberSet } from "../../../../../lib/core/session/streams/number_set.ts";
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
