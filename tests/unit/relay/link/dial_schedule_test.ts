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

function scheduleAt(now: number, chance = 0): { schedule: DialSchedule; refusals: RefusalPause } {
  const refusals = new RefusalPause(() => chance);
  return { schedule: new DialSchedule(now, refusals, () => chance), refusals };
}

/** When dials are begun, each as soon as it is due. */
function dials(schedule: DialSchedule, count: number): number[] {
  return Array.from({ length: count }, () => {
    const at = schedule.dueAt;
    schedule.begun(at);
    return at;
  });
}

Deno.test("a dial is due each second, whatever became of those before, and later each two or three", () => {
  assertEquals(
    dials(scheduleAt(0).schedule, 13).map((at) => at / 1_000),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14],
  );
  assertEquals(dials(scheduleAt(0, 1).schedule, 13).slice(-2), [12_500, 15_000]);
});

Deno.test("what failed by itself is repeated sooner, what nobody answered is not", () => {
  const { schedule } = scheduleAt(0);
  schedule.begun(0);
  schedule.failed("unanswered", 100);
  assertEquals(schedule.dueAt, 1_000);
  schedule.failed("unreachable", 100);
  assertEquals(schedule.dueAt, 600);
});

Deno.test("an event begins three dials beside the others", () => {
  const { schedule } = scheduleAt(0);
  dials(schedule, 1);
  schedule.hurry(400);
  assertEquals(dials(schedule, 4), [400, 500, 700, 1_700]);
});

Deno.test("where connections are refused the schedule waits, also after an event", () => {
  const { schedule, refusals } = scheduleAt(0);
  schedule.begun(0);
  refusals.refused(10);
  schedule.failed("refused", 10);
  schedule.hurry(20);
  assertEquals(schedule.dueAt, 510);
  refusals.reset();
  schedule.hurry(30);
  assertEquals(schedule.dueAt, 30);
});

Deno.test("a dial that is held back is not hurried", () => {
  const { schedule } = scheduleAt(0);
  schedule.holdBack(300);
  schedule.hurry(10);
  assertEquals(schedule.dueAt, 300);
  schedule.release();
  assertEquals(schedule.dueAt, 0);
});
