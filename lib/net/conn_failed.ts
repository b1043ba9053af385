import { descriptors, NO_DESCRIPTOR } from "./descriptor_budget.ts";

/** Why a connection could not be made or went away. */
export type ConnFailure =
  | "reset"
  | "closedHere"
  | "timedOut"
  | "addressGone"
  | "unreachable"
  | "refused"
  | "brokenPipe"
  | "nameUnknown"
  | "tls"
  /** Nobody is there by the name that was asked for in TLS. */
  | "unserved"
  | "exhausted"
  | "other";

/** A connection that could not be made, or broke. Classify by `code`, never by the message. */
export class ConnFailed extends Error {
  override readonly name = "ConnFailed";
  readonly code: ConnFailure;

  constructor(code: ConnFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** For a `catch` to which a failed connection is no news: throws anything else again. */
export function passOnUnlessConnFailed(error: unknown): void {
  if (!(error instanceof ConnFailed)) throw error;
}

const BY_ERRNO: ReadonlyMap<string, ConnFailure> = new Map([
  ["ECONNRESET", "reset"],
  ["ECONNABORTED", "reset"],
  ["ETIMEDOUT", "timedOut"],
  ["EADDRNOTAVAIL", "addressGone"],
  ["EINVAL", "addressGone"], // what binding to an address that has gone gives
  ["ENODEV", "addressGone"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETDOWN", "unreachable"],
  ["ECONNREFUSED", "refused"],
  ["EPIPE", "brokenPipe"],
  ["ENOTCONN", "brokenPipe"],
  ["ENOTFOUND", "nameUnknown"],
  ["EAI_AGAIN", "nameUnknown"],
]);

/** How TLS tells of the alert (RFC 8446, 6): all alerts have one and the same code here. */
const UNRECOGNIZED_NAME = /fatal alert: UnrecognisedName$/;

const SENTENCES: Readonly<Record<ConnFailure, string>> = {
  reset: "the connection was reset",
  closedHere: "it was closed at this end",
  timedOut: "it timed out",
  addressGone: "the local address or interface is gone",
  unreachable: "the network is unreachable",
  refused: "nobody listens there",
  brokenPipe: "the connection is no longer open",
  nameUnknown: "the name could not be resolved",
  tls: "TLS failed",
  unserved: "nobody is served there by the name that was asked for",
  exhausted: NO_DESCRIPTOR,
  other: "the connection failed",
};

/** Classifies what Deno or node:net threw; `action` completes "Cannot …". */
export function toConnFailed(cause: unknown, action: string): ConnFailed {
  if (cause instanceof ConnFailed) return cause;
  const code = descriptors().noteRefusal(cause) ? "exhausted" : classify(cause);
  const detail = code === "other" || code === "tls"
    ? `: ${cause instanceof Error ? cause.message : String(cause)}`
    : "";
  return new ConnFailed(code, `Cannot ${action}: ${SENTENCES[code]}${detail}`, { cause });
}

function classify(cause: unknown): ConnFailure {
  if (cause instanceof Deno.errors.ConnectionReset) return "reset";
  if (cause instanceof Deno.errors.ConnectionAborted) return "reset";
  if (cause instanceof Deno.errors.ConnectionRefused) return "refused";
  if (cause instanceof Deno.errors.BrokenPipe) return "brokenPipe";
  if (cause instanceof Deno.errors.NotConnected) return "brokenPipe";
  if (cause instanceof Deno.errors.TimedOut) return "timedOut";
  if (cause instanceof Deno.errors.AddrNotAvailable) return "addressGone";
  if (cause instanceof Deno.errors.BadResource) return "closedHere";
  if (cause instanceof Deno.errors.Interrupted) return "closedHere";
  if (cause instanceof Deno.errors.InvalidData) return "tls";
  if (cause instanceof Deno.errors.UnexpectedEof) return "reset";
  if (cause instanceof Deno.errors.NetworkUnreachable) return "unreachable";
  if (cause instanceof DOMException && cause.name === "TimeoutError") return "timedOut";
  if (cause instanceof DOMException && cause.name === "AbortError") return "closedHere";
  if (cause instanceof Error && UNRECOGNIZED_NAME.test(cause.message)) return "unserved";
  const errno = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof errno !== "string") return "other";
  if (/^ERR_(SSL|TLS)|CERT|^UNABLE_TO_/.test(errno)) return "tls";
  return BY_ERRNO.get(errno) ?? "other";
}
