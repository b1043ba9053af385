import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { FieldsOf } from "../run/relay_log.ts";

const REASONS: Readonly<Partial<Record<ResetCode, string>>> = {
  serviceNotAllowed: "SNAPT has no such service, or the ticket does not allow it",
  serviceUnreachable:
    "SNAPT cannot connect to the server behind it; `service-unreachable` in SNAPT's log says why",
  destinationNotAllowed: "snapt.yaml does not allow this destination",
};

/** What the log says of a stream that failed, with what to do where somebody can do something. */
export function resetFields(
  { stream, service, code }: {
    readonly stream: number;
    readonly service: string;
    readonly code: ResetCode;
  },
): FieldsOf<"stream-reset"> {
  const reason = REASONS[code];
  return { stream, service, reason_code: code, ...(reason === undefined ? {} : { reason }) };
}
