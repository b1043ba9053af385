/** Why a SNAPT is not at its relay, and what to do about it. */
import { unreachable } from "../../core/exhaustive.ts";
import type { Parting } from "../../core/relay/relay_messages.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { LinkRefused } from "../link/link_auth.ts";
import { reasonCodeOf } from "../run/failure_fields.ts";

/** The relay parted, and why. */
export class Parted extends Error {
  override readonly name = "Parted";
  constructor(readonly reason: Parting) {
    super(`Cannot stay at the relay: ${SENTENCES[reason]}`);
  }
}

const SENTENCES: Readonly<Record<Parting, string>> = {
  displaced: "another SNAPT came with the same key; give each machine a code of its own",
  revoked: "it was revoked there",
  shuttingDown: "the relay stops",
};

const NEW_CODE =
  "get a code there (`snapt relay invite NAME`), and run `snapt through CODE` with it";

export interface WhyAbsent {
  readonly reason: string;
  readonly remedy: string;
}

/** `port`: that of the relay. */
export function whyAbsent(error: unknown, port: number): WhyAbsent {
  if (error instanceof LinkRefused) return { reason: error.sentence, remedy: NEW_CODE };
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Parted) return { reason, remedy: remedyForParting(error.reason) };
  if (error instanceof ProtocolViolation) {
    // Who only hangs up, as a relay does that is killed, is no stranger.
    return error.code === "truncated"
      ? { reason: "Cannot stay at the relay: it has hung up", remedy: seeThat(port) }
      : { reason, remedy: NEW_CODE };
  }
  if (!(error instanceof ConnFailed)) {
    return { reason, remedy: seeThat(port) };
  }
  switch (error.code) {
    case "nameUnknown":
      return { reason, remedy: "look at its name below `through:` in snapt.yaml, and at DNS" };
    case "unreachable":
    case "addressGone":
      return { reason, remedy: "look at the network of this machine" };
    case "tls":
    case "unserved": // the relay knows no SNAPT with this key
      return { reason, remedy: NEW_CODE };
    case "exhausted":
      return { reason, remedy: "raise the limit of open files" };
    default:
      return { reason, remedy: seeThat(port) };
  }
}

function seeThat(port: number): string {
  return `see that \`snapt relay\` runs there, and that TCP port ${port} is let in`;
}

function remedyForParting(reason: Parting): string {
  switch (reason) {
    case "displaced":
    case "revoked":
      return NEW_CODE;
    case "shuttingDown":
      return "SNAPT comes back by itself when the relay runs again";
    default:
      return unreachable(reason);
  }
}

/** Whether nothing will have changed in a moment. */
export function isLastingAbsence(error: unknown): boolean {
  return error instanceof LinkRefused ||
    (error instanceof Parted && error.reason !== "shuttingDown");
}

/** The word for it that does not change, where there is one. */
export function codeOf(error: unknown): { readonly reason_code?: string } {
  if (error instanceof Parted) return { reason_code: error.reason };
  return error instanceof LinkRefused ? { reason_code: error.code } : reasonCodeOf(error);
}
