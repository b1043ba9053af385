import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { Link } from "./link.ts";

/**
 * Waits until the system has accepted all that is queued on `link`, `withinMs` at most: a peer that
 * reads nothing would keep the link and whoever waits for it. What is late, or comes after the end of
 * `tasks`, is closed; the link may have been closed meanwhile by others as well.
 */
export async function flushOrClose(link: Link, tasks: TaskGroup, withinMs: number): Promise<void> {
  const flushed = new AbortController();
  const over = pause(tasks, withinMs, AbortSignal.any([flushed.signal, tasks.signal]));
  const outcome = await Promise.race([
    link.flushed().then(() => "flushed" as const),
    over.then(() => "late" as const),
  ]);
  flushed.abort();
  if (outcome === "late") link.close();
}
