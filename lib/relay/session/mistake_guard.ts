/**
 * Whose mistake it is when taking in a frame of the peer fails. The same core takes in frames and
 * our own facts; an event that the handshake's table has no row for is the peer's mistake when a
 * frame brought it, and ours when we did. Whatever is neither is a mistake of ours: it must reach
 * the task group, with its stack, and never be told as the peer's.
 */
import { IllegalEvent } from "../../core/handshake/transition.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";

/** What the peer did wrong with a frame; null when the mistake is not the peer's. */
export function violationIn(error: unknown): ProtocolViolation | null {
  if (error instanceof ProtocolViolation) return error;
  if (!(error instanceof IllegalEvent)) return null;
  return new ProtocolViolation("unexpected", error.message, { cause: error });
}

/**
 * Takes in a frame.
 *
 * @throws {ProtocolViolation} the peer made a mistake
 * @throws {Error} we did
 */
export function takeFrame<T>(take: () => T): T {
  try {
    return take();
  } catch (error) {
    throw violationIn(error) ?? error;
  }
}
