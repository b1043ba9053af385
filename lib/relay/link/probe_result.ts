import { unreachable } from "../../core/exhaustive.ts";
import type { Reach } from "../../core/decision/measurement.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Provider } from "../network/provider.ts";
import type { TimeLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { isWebServer } from "./captive_portal.ts";
import { LinkRefused } from "./link_auth.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { NotAtRelay } from "./not_at_relay.ts";

/** What asking SNAPT over a network gave. */
export interface ProbeResult {
  readonly reach: Reach;
  readonly roundTripMs: number | null;
}

/** Nobody answers who could be SNAPT; `detail` says why. */
export function silent(detail: string): ProbeResult {
  return { reach: { kind: "silent", detail }, roundTripMs: null };
}

/**
 * What it says about `provider` that a link could not be opened over it; who else is there is
 * looked into. A mistake of ours is thrown again.
 */
export async function explainFailure(
  error: unknown,
  provider: Provider,
  dialer: LinkDialer,
  limit: Omit<TimeLimit, "ms">,
): Promise<ProbeResult> {
  if (error instanceof LinkRefused) return silent(`SNAPT refuses: ${error.sentence}`);
  passOnOurs(error);
  if (!(error instanceof ConnFailed || error instanceof ProtocolViolation)) {
    return silent("SNAPT does not answer"); // within the limit
  }
  if (error instanceof ConnFailed && error.code !== "tls") return silent(wordOf(error));
  if (await isWebServer(dialer, provider, limit)) {
    return impostor("a web server answers in SNAPT's place, as a captive portal does");
  }
  switch (error.code) {
    case "tls":
      return impostor(
        "TLS answers with another certificate than SNAPT's, as a captive portal does",
      );
    case "truncated": // who only hangs up, as a SNAPT does that is being ended, is no stranger
      return silent("the connection was cut");
    default:
      return impostor("somebody answers who is not our SNAPT");
  }
}

function impostor(detail: string): ProbeResult {
  return { reach: { kind: "impostor", detail }, roundTripMs: null };
}

function wordOf(error: ConnFailed): string {
  switch (error.code) {
    case "timedOut":
    case "closedHere":
      return "SNAPT does not answer";
    case "refused":
      return "nobody listens at SNAPT's address";
    case "unreachable":
      return "there is no route to SNAPT";
    case "addressGone":
      return "its address is gone";
    case "nameUnknown":
      return "SNAPT's name is not known there";
    case "reset":
    case "brokenPipe":
      return "the connection was cut";
    case "unserved":
      return error instanceof NotAtRelay
        ? "SNAPT is not connected to its relay now"
        : "nobody is served there by the name that was asked for";
    case "tls":
    case "exhausted":
    case "other":
      return error.message;
    default:
      return unreachable(error.code);
  }
}
