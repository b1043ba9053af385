import { ReplayWindow, WINDOW_COUNTERS } from "../../../../lib/core/datagram/replay_window.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("each counter is let through once, in whatever order they come", () => {
  const window = new ReplayWindow();
  const order = [0, 5, 3, 4, 1, 100, 31, 32, 33, 63, 64, 2];
  for (const counter of order) assert(window.take(counter), `${counter} the first time`);
  for (const counter of order) assert(!window.take(counter), `${counter} the second time`);
  assertEquals(window.highest, 100);
});

Deno.test("a counter that is too old to know is not let through, the oldest known is", () => {
  const window = new ReplayWindow();
  window.take(10_000);
  assert(!window.isFresh(10_000 - WINDOW_COUNTERS));
  assert(window.isFresh(10_001 - WINDOW_COUNTERS));
  assert(window.take(10_001 - WINDOW_COUNTERS));
});

Deno.test("counters between two far apart are new, those seen before the jump are not", () => {
  const window = new ReplayWindow();
  window.take(1_000);
  window.take(1_000 + WINDOW_COUNTERS - 1);
  assert(!window.isFresh(1_000));
  assert(window.isFresh(1_001));
  window.take(2 ** 40);
  assert(window.isFresh(2 ** 40 - 1));
  assert(window.isFresh(2 ** 40 - WINDOW_COUNTERS + 1));
  assert(!window.isFresh(1_001));
});

Deno.test("it agrees with a plain list of what was seen", () => {
  const window = new ReplayWindow();
  const seen = new Set<number>();
  let highest = -1;
  let state = 12_345;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % below;
  };
  for (let i = 0; i < 20_000; i++) {
    const counter = Math.max(0, highest + 40 - next(i % 7 === 0 ? 3_000 : 100));
    const isFresh = !seen.has(counter) && counter > highest - WINDOW_COUNTERS;
    assertEquals(window.take(counter), isFresh, `counter ${counter} after ${highest}`);
    seen.add(counter);
    highest = Math.max(highest, counter);
  }
});
