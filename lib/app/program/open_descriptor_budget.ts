import { type DescriptorBudget, limitDescriptors } from "../../net/descriptor_budget.ts";
import { raiseDescriptorLimit } from "../../net/descriptor_limit.ts";
import { openNudge } from "../../net/next_turn.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** With fewer, a program holds some hundreds of connections; that is worth a word. */
const FEW = 4_096;
const LOOK_MS = 1_000;
const REMEDY = "; raise the limit of open files (ulimit -n)";
/** However often there were too few, the log says so no more often than this. */
const SAY_AGAIN_MS = 30_000;

/**
 * Takes as many descriptors as the system gives, and logs when they do not suffice. Called before
 * any port is opened: what the program needs one for itself is opened while there are some.
 */
export function openDescriptorBudget(tasks: TaskGroup, log: RelayLog): DescriptorBudget {
  const limit = raiseDescriptorLimit();
  const budget = limitDescriptors();
  openNudge();
  if (limit !== null && limit < FEW) {
    log.info("few-descriptors", { limit, connections: budget.streams });
  }
  watchDescriptors(budget, tasks, log);
  return budget;
}

/** One line when descriptors run short, and one for all that comes in the time after it. */
export function watchDescriptors(
  budget: Pick<DescriptorBudget, "shortages" | "snapshot">,
  tasks: TaskGroup,
  log: RelayLog,
): void {
  let told = budget.shortages;
  let quietUntil = -Infinity;
  tasks.every(LOOK_MS, () => {
    const count = budget.shortages;
    const now = tasks.now();
    if (count === told || now < quietUntil) return;
    const { limit, open, refused } = budget.snapshot();
    const times = count - told;
    told = count;
    quietUntil = now + SAY_AGAIN_MS;
    log.warn("descriptors-short", {
      times,
      open,
      limit: limit ?? "unknown",
      refused,
      reason: refused === 0
        ? `new connections wait until there is room${REMEDY}`
        : `the system itself had none left for what was opened, which failed${REMEDY}`,
    });
  });
}
