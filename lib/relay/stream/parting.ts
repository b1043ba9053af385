/**
 * What becomes of an application's connection when the session of its stream is over.
 *
 * Theory of operation. What was written to the application counts as delivered when the system
 * has taken it, and the system may have much of it still. FIN leaves the system what it has, also
 * after this program has ended; RST throws it away. So an application that was given everything,
 * with the end of the input, is left with FIN. One whose stream was cut has to see a failure; it
 * sees it after what was said, as far as it reads on within `PARTING_MS`. FIN too waits so long:
 * what the application says to an end that is closed makes the system answer with RST.
 */
import type { ByteConn } from "../../net/byte_conn.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** An application has that long to read what it was sent. */
export const PARTING_MS = 5_000;
const LOOK_MS = 20;

/** A connection that is to be left. */
export interface Parting {
  readonly application: ByteConn;
  /** `close`: it was given everything; `reset`: its stream was cut. */
  readonly how: "close" | "reset";
}

/** `atOnce`: this program ends, and has waited before. */
export type PartingPace = "atOnce" | "patient";

/** Leaves in the background of `tasks`, which may end earlier; at once when nothing is left to send. */
export function partFrom(parting: Parting, pace: PartingPace, tasks: TaskGroup): void {
  const { application, how } = parting;
  if (pace === "atOnce" || !isWorthWaiting(application)) return application[how]();
  tasks.run("parting", async () => {
    const until = tasks.now() + PARTING_MS;
    do await pause(tasks, LOOK_MS, tasks.signal); while (
      isUnconfirmed(application) && tasks.now() < until && !tasks.isClosed
    );
    application[how]();
  });
}

/** Whoever has to be waited for gives way to those that come. */
function isWorthWaiting(application: ByteConn): boolean {
  return isUnconfirmed(application) && descriptors().hasRoom("dial");
}

function isUnconfirmed(application: ByteConn): boolean {
  return (application.unconfirmedBytes?.() ?? 0) > 0;
}
