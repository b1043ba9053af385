import { DeadlineTimer } from "../../../../lib/relay/run/deadline_timer.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

Deno.test("a deadline timer goes off at the time that was set last", async () => {
  const clock = new VirtualClock();
  const rung: number[] = [];
  const timer = new DeadlineTimer(clock, () => rung.push(clock.now()));
  timer.set(100);
  timer.set(200);
  timer.pullIn(300);
  await clock.advance(250);
  assertEquals(rung, [200]);
  timer.set(400);
  timer.pullIn(350);
  timer.set(Infinity);
  await clock.advance(1_000);
  assertEquals(rung, [200]);
  assertEquals(clock.pending, 0);
});

Deno.test("a deadline timer goes off at once when its time has passed", async () => {
  const clock = new VirtualClock();
  const rung: number[] = [];
  await clock.advance(500);
  new DeadlineTimer(clock, () => rung.push(clock.now())).set(100);
  await clock.advance(0);
  assertEquals(rung, [500]);
});
