import type { ByteConn } from "../../net/byte_conn.ts";
import type { ByteListener } from "../../net/listen.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** After a mistake of ours in accepting; who no longer accepts helps nobody. */
const ACCEPT_AGAIN_MS = 1_000;

/**
 * Hands on what `listener` accepts, until it is closed. A mistake of ours costs the connection during
 * which it happened, and never the ones after it.
 */
export async function acceptAll(
  listener: Pick<ByteListener, "accept">,
  tasks: TaskGroup,
  accepted: (conn: ByteConn) => void,
): Promise<void> {
  for (;;) {
    try {
      const conn = await listener.accept();
      if (conn === null) return;
      accepted(conn);
    } catch (error) {
      tasks.fault("accept", error);
      await pause(tasks, ACCEPT_AGAIN_MS, tasks.signal);
      if (tasks.isClosed) return;
    }
  }
}
