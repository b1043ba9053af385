import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { CommandBroken } from "../../net/command_broken.ts";
import { ConnFailed } from "../../net/conn_failed.ts";

/**
 * Who is to blame for an error; the three kinds are never mixed. The *peer's* costs its link, the
 * *world's* is a fact for the core, *ours* ends the stream or the session in which it happened.
 * What was called off is nobody's fault.
 */
export type Fault = "peer" | "world" | "ours" | "calledOff";

/** Classifies what was thrown; never by its message. */
export function whoseFault(error: unknown): Fault {
  if (error instanceof ProtocolViolation) return "peer";
  if (error instanceof ConnFailed || error instanceof CommandBroken) return "world";
  if (error instanceof DOMException) {
    return error.name === "AbortError" || error.name === "TimeoutError" ? "calledOff" : "ours";
  }
  return "ours";
}

/**
 * For a `catch` that deals with what the peer or the world did: throws `error` again when it is a
 * mistake of ours, which must reach the task group that it happened in.
 */
export function passOnOurs(error: unknown): void {
  if (whoseFault(error) === "ours") throw error;
}
