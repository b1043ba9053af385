import type { AwakeClock } from "../../relay/run/awake_clock.ts";
import type { Timer } from "../../relay/run/clock.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** Notices, until it is cancelled, that the program stood still for long: says so, and calls `woke`. */
export function watchSleep(
  clock: AwakeClock,
  tasks: TaskGroup,
  log: RelayLog,
  woke: (reason: string) => void = () => {},
): Timer {
  return clock.watch((sleptMs) => {
    const reason = `this machine slept, or the program was stopped, for ${spanOf(sleptMs)}`;
    log.info("woke", { ms: Math.round(sleptMs), reason });
    tasks.guard("wake", () => woke(reason));
  });
}

function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
