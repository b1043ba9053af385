import type { AwakeClock } from "../../relay/run/awake_clock.ts";
import type { Timer } from "../../relay/run/clock.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { watchSleep } from "../program/watch_sleep.ts";
import type { RunningSite } from "./running_site.ts";

export interface FollowSleepContext {
  readonly clock: AwakeClock;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Looks at the interfaces at once. */
  readonly look: () => void;
  readonly running: readonly RunningSite[];
}

/**
 * After the machine has slept no connection is to be trusted, and the networks may be others:
 * they are looked at, and every site connects anew at once.
 */
export function followSleep({ clock, tasks, log, look, running }: FollowSleepContext): Timer {
  return watchSleep(clock, tasks, log, (reason) => {
    look();
    for (const { site } of running) tasks.guard("wake site", () => site.woke(reason));
  });
}
