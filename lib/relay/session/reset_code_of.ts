import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { DestinationNotAllowed } from "../access/destination_access.ts";

/** Who asked for a destination of its own choice learns more of why it failed. */
export function resetCodeOf(error: unknown, { target }: StreamOpening): ResetCode {
  if (error instanceof ConnFailed && error.code === "exhausted") return "limit";
  if (target.kind === "service") return "serviceUnreachable";
  if (error instanceof DestinationNotAllowed) return "destinationNotAllowed";
  if (!(error instanceof ConnFailed)) return "serviceUnreachable";
  switch (error.code) {
    case "refused":
      return "connectionRefused";
    case "timedOut":
      return "connectTimedOut";
    case "nameUnknown":
      return "nameUnknown";
    default:
      return "serviceUnreachable";
  }
}
