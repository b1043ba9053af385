import { unreachable } from "../../core/exhaustive.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { LinkRefused } from "./link_auth.ts";

/**
 * What a dial that failed says about when to try again. `refused`: somebody there wants no connection
 * at this moment, and may want fewer the more come; `unreachable`: nothing has left this machine, or
 * a router knew no way; `unanswered`: nobody has answered, or somebody who is not SNAPT.
 */
export type DialOutcome = "refused" | "unreachable" | "unanswered";

/** Classifies why a link could not be opened. */
export function dialOutcomeOf(error: unknown): DialOutcome {
  if (error instanceof LinkRefused) return "refused";
  if (error instanceof ProtocolViolation) {
    return error.code === "truncated" ? "refused" : "unanswered"; // the first only hangs up
  }
  if (!(error instanceof ConnFailed)) return "unanswered"; // called off by its time limit
  switch (error.code) {
    case "refused":
    case "reset":
    case "brokenPipe":
      return "refused";
    case "unreachable":
    case "addressGone":
    case "nameUnknown":
    case "exhausted":
    case "other":
      return "unreachable";
    case "timedOut":
    case "closedHere":
    case "tls":
    case "unserved":
      return "unanswered";
    default:
      return unreachable(error.code);
  }
}

/** Whether somebody answered who passes on to SNAPT, and does not reach it. */
export function isUnserved(error: unknown): boolean {
  return error instanceof ConnFailed && error.code === "unserved";
}

/** Whether somebody answered who is not our SNAPT: no dial to him is worth anything. */
export function isStranger(error: unknown): boolean {
  if (error instanceof ProtocolViolation) return error.code !== "truncated";
  return error instanceof ConnFailed && error.code === "tls";
}
