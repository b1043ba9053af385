import { FrequencyLimit } from "../../../../lib/relay/run/frequency_limit.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

Deno.test("so many are let through at once, and the next has to wait for its part of a second", async () => {
  const clock = new VirtualClock();
  const limit = new FrequencyLimit(clock, { atOnce: 3, perSecond: 10 });
  assertEquals([limit.take(), limit.take(), limit.take(), limit.take()], [0, 0, 0, 100]);
  await clock.advance(100);
  assertEquals(limit.take(), 100);
});

Deno.test("what was not used for long is no more than may happen at once", async () => {
  const clock = new VirtualClock();
  const limit = new FrequencyLimit(clock, { atOnce: 2, perSecond: 10 });
  await clock.advance(60_000);
  assertEquals([limit.take(), limit.take(), limit.take()], [0, 0, 100]);
});
