import { watchSleep } from "../../../../lib/app/program/watch_sleep.ts";
import { AwakeClock } from "../../../../lib/relay/run/awake_clock.ts";
import { assertEquals } from "../../../assert.ts";
import { SleepyMachine } from "../../../sleepy_machine.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** A program whose machine sleeps for `ms`: what it logs, and what those who ask for it are told. */
async function slept(ms: number, mistake: Error | null = null) {
  const world = new VirtualClock();
  const machine = new SleepyMachine(world);
  const clock = new AwakeClock(machine, () => machine.bootMs());
  const log = new TestLog();
  const told: string[] = [];
  const watch = watchSleep(clock, testTasks(clock, log), log, (reason) => {
    told.push(reason);
    if (mistake !== null) throw mistake;
  });
  await world.advance(1_000);
  machine.fallAsleep();
  await world.advance(ms);
  machine.wakeUp();
  await world.advance(2_000);
  watch.cancel();
  return { lines: log.lines, errors: log.of("error").length, told };
}

for (
  const [ms, span] of [[45_000, "45 s"], [900_000, "15 min"], [8.4 * 3_600_000, "8 h"]] as const
) {
  Deno.test(`after ${span} of sleep those who hold connections are told, and so is the log`, async () => {
    const { lines, told } = await slept(ms);
    const reason = `this machine slept, or the program was stopped, for ${span}`;
    assertEquals(told, [reason]);
    assertEquals(lines, [`info woke ${JSON.stringify({ ms, reason })}`]);
  });
}

Deno.test("a nap of seconds is no reason to connect anew", async () => {
  assertEquals((await slept(5_000)).told, []);
});

Deno.test("a mistake of who is told is logged, and is no reason not to notice the next sleep", async () => {
  const { errors, told } = await slept(60_000, new TypeError("a mistake of ours"));
  assertEquals([errors, told.length], [1, 1]);
});
