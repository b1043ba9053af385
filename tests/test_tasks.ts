import { SYSTEM_CLOCK } from "../lib/relay/run/system_clock.ts";
import type { Clock } from "../lib/relay/run/clock.ts";
import { TaskGroup } from "../lib/relay/run/task_group.ts";
import { TestLog } from "./test_log.ts";

/** A task group of a test's own, under the clock of the machine unless another one is given. */
export function testTasks(clock: Clock = SYSTEM_CLOCK, log: TestLog = new TestLog()): TaskGroup {
  return TaskGroup.root(clock, log, "test");
}
