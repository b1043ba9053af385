import { recordLimitBytes, type SessionLimits } from "../../lib/core/session/session_limits.ts";
import { RING_INITIAL_BYTES } from "../../lib/core/stream/send_ring.ts";
import type { SimCnapt } from "./sim_cnapt.ts";
import { WINDOW_BYTES } from "./sim_conn.ts";
import type { SimSnapt } from "./sim_snapt.ts";

/** Whatever happens: no session and no stream holds more than its limits, and the sums are right. */
export function checkMemory(
  session: SimCnapt["session"] | SimSnapt["session"],
  limits: SessionLimits,
): void {
  const { keptBytes } = session.record;
  if (keptBytes > recordLimitBytes(limits)) throw new Error(`A record holds ${keptBytes} bytes`);
  const most = limits.sessionBytes + session.streams.size * RING_INITIAL_BYTES + keptBytes;
  if (session.memory.usedBytes > most) {
    throw new Error(`A session holds ${session.memory.usedBytes} bytes, more than ${most}`);
  }
  let sum = keptBytes;
  for (const { ring, cursor, id } of session.streams.values()) {
    sum += ring.capacity;
    if (ring.capacity > limits.ringBytes) {
      throw new Error(`The ring of stream ${id} holds ${ring.capacity} bytes`);
    }
    const waiting = cursor.taken - cursor.delivered;
    if (waiting > WINDOW_BYTES) throw new Error(`Stream ${id} holds ${waiting} bytes`);
  }
  if (sum !== session.memory.usedBytes) {
    throw new Error(
      `A session counts ${session.memory.usedBytes} bytes, but its rings and its record have ${sum}`,
    );
  }
}
