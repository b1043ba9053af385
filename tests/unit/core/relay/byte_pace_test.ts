import { BytePace } from "../../../../lib/core/relay/byte_pace.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("what a second would bring is carried at once, and after it as many as were agreed", () => {
  const pace = new BytePace(() => 1_000);
  assertEquals(pace.take(1_000, 5_000), 0);
  assertEquals(pace.take(100, 5_000), 100);
  assertEquals(pace.take(100, 5_100), 100);
});

Deno.test("in the long run no more is carried, however it comes", () => {
  const pace = new BytePace(() => 10_000);
  let now = 0;
  let carried = 0;
  while (now < 60_000) {
    now += pace.take(1_700, now) + 1;
    carried += 1_700;
  }
  assert(carried <= 610_000 + 1_700, `${carried}`);
  assert(carried >= 500_000, `${carried}`);
});

Deno.test("after a silence no more than a second's bytes are carried at once", () => {
  const pace = new BytePace(() => 1_000);
  pace.take(1_000, 0);
  assertEquals(pace.take(2_000, 1_000_000), 1_000);
});

Deno.test("without a limit nobody waits", () => {
  assertEquals(new BytePace(() => null).take(1e12, 0), 0);
});

Deno.test("another limit holds from the next bytes on", () => {
  let rate: number | null = 1_000;
  const pace = new BytePace(() => rate);
  assertEquals(pace.take(2_000, 0), 1_000);
  rate = null;
  assertEquals(pace.take(1e9, 1_000), 0);
  rate = 100;
  assertEquals(pace.take(200, 10_000), 1_000);
});

Deno.test("who cannot wait takes what is there, a little ahead of it, and nothing is noted of the rest", () => {
  const pace = new BytePace(() => 1_000);
  const takes = Array.from({ length: 5 }, () => pace.tryTake(500, 5_000));
  assertEquals(takes, [true, true, true, false, false]);
  assertEquals(pace.tryTake(500, 5_000, 500), true);
  assertEquals(pace.tryTake(500, 5_999), false);
  assertEquals(pace.tryTake(500, 6_000), true);
  assertEquals(new BytePace(() => null).tryTake(1e12, 0), true);
});
