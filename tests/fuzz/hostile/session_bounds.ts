import type { SessionFacts } from "../../../lib/core/session/session_facts.ts";
import { recordLimitBytes, type SessionLimits } from "../../../lib/core/session/session_limits.ts";
import { RING_INITIAL_BYTES } from "../../../lib/core/stream/send_ring.ts";
import type { StreamRecord } from "../../../lib/core/stream/stream_record.ts";
import { CONTEXT_BYTES } from "../../../lib/relay/stream/compression/compression_context.ts";

/** Whatever the peer says: no session holds more than its limits. */
export function checkBounds(
  session: Pick<SessionFacts<unknown>, "memory" | "streams" | "record">,
  limits: SessionLimits,
): void {
  const { memory: { usedBytes }, streams, record: { keptBytes } } = session;
  if (keptBytes > recordLimitBytes(limits)) throw new Error(`A record holds ${keptBytes} bytes`);
  let most = limits.sessionBytes + keptBytes;
  for (const stream of streams.values()) most += minimumOf(stream);
  if (usedBytes > most) throw new Error(`A session holds ${usedBytes} bytes, more than ${most}`);
  if (streams.size > limits.streams) throw new Error(`A session has ${streams.size} streams`);
  let rings = keptBytes;
  for (const { ring } of streams.values()) rings += ring.capacity;
  if (rings > usedBytes) throw new Error(`A session counts ${usedBytes} of ${rings} bytes`);
}

/** What a stream gets in any case: the beginning of its ring, and what unpacks it. */
function minimumOf({ opening: { compression } }: StreamRecord): number {
  return RING_INITIAL_BYTES + (compression === "none" ? 0 : CONTEXT_BYTES[compression].unpack);
}
