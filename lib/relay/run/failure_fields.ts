import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { ListenFailed } from "../../net/listen.ts";

/** How the log tells of an error that has a word which does not change. */
export function failureFields(
  { code, message }: { readonly code: string; readonly message: string },
): { readonly reason_code: string; readonly reason: string } {
  return { reason_code: code, reason: message };
}

/** The word for it that does not change, where what was thrown has one. */
export function reasonCodeOf(error: unknown): { readonly reason_code?: string } {
  const hasCode = error instanceof ProtocolViolation || error instanceof ConnFailed ||
    error instanceof ListenFailed;
  return hasCode ? { reason_code: error.code } : {};
}
