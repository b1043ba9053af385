import { unreachable } from "../exhaustive.ts";
import type { ResetCode } from "../wire/reset_code.ts";

/** What became of the destination that an application asked a proxy for. */
export type ProxyOutcome =
  | "opened"
  | "notAllowed"
  | "nameUnknown"
  | "refused"
  | "timedOut"
  | "unreachable"
  | "failed";

/** The outcome that a RESET before the first byte stands for. */
export function outcomeOf(code: ResetCode): ProxyOutcome {
  switch (code) {
    case "destinationNotAllowed":
    case "serviceNotAllowed":
      return "notAllowed";
    case "nameUnknown":
      return "nameUnknown";
    case "connectionRefused":
      return "refused";
    case "connectTimedOut":
      return "timedOut";
    case "serviceUnreachable":
      return "unreachable";
    case "application":
    case "unknownStream":
    case "positionGap":
    case "protocol":
    case "limit":
    case "sessionEnded":
      return "failed";
    default:
      return unreachable(code);
  }
}
