import { DialSchedule } from "../../../../lib/relay/link/dial_schedule.ts";
import { RefusalPause } from "../../../../lib/relay/link/refusal_pause.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** Dials whenever one is due, from `now` until `until`; the times. */
function dialled(schedule: DialSchedule, until: number): readonly number[] {
  const times: number[] = [];
  for (let at = schedule.dueAt; at < until; at = schedule.dueAt) {
    times.push(at);
    schedule.begun(at);
  }
  return times;
}

Deno.test("dials come each second, later each two, and after hours of that they are rare", () => {
  const schedule = new DialSchedule(0, new RefusalPause(() => 0), () => 0);
  const times = dialled(schedule, 20_000_000);
  assertEquals(times.slice(0, 3), [0, 1_000, 2_000]);
  const steps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  assertEquals([steps[20], steps.at(-1)], [2_000, 10_000]);
  const rareFrom = times[steps.indexOf(10_000)] ?? 0;
  assert(rareFrom > 90 * 60_000 && rareFrom < 150 * 60_000, `${rareFrom}`);
});

Deno.test("a dial that fails by itself is repeated no sooner when they are rare", () => {
  const schedule = new DialSchedule(0, new RefusalPause(() => 0), () => 0);
  const last = dialled(schedule, 20_000_000).at(-1) ?? 0;
  schedule.failed("unreachable", last + 10);
  assertEquals(schedule.dueAt, last + 10_000);
});

Deno.test("an event of the network begins at once, and ends what is rare", () => {
  const schedule = new DialSchedule(0, new RefusalPause(() => 0), () => 0);
  const last = dialled(schedule, 20_000_000).at(-1) ?? 0;
  schedule.hurry(last + 100);
  assertEquals(dialled(schedule, last + 5_000).map((at) => at - last), [
    100,
    200,
    400,
    2_400,
    4_400,
  ]);
});
