import { passOnUnlessConnFailed } from "../../net/conn_failed.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { Link } from "./link.ts";

/**
 * Ends the outgoing direction of a link after what was queued, and closes it when the peer has done so
 * too, or after `withinMs`. Who closes while something is unread makes the system reset the connection,
 * and the peer may lose the last words for that. Whoever reads the link closes it at its end.
 */
export async function partFromLink(link: Link, tasks: TaskGroup, withinMs: number): Promise<void> {
  const parted = new AbortController();
  const inTime = pause(tasks, withinMs, AbortSignal.any([parted.signal, tasks.signal]));
  await Promise.race([endOutput(link), inTime]);
  await Promise.race([link.closed, inTime]);
  parted.abort();
  link.close();
}

async function endOutput(link: Link): Promise<void> {
  try {
    await link.flushed();
    if (link.isOpen) await link.conn.closeWrite();
  } catch (error) {
    passOnUnlessConnFailed(error); // it broke: there is nobody to part from
    link.close();
  }
}
