import type { RefusalCode } from "./message.ts";

/** What can be wrong with bytes (docs/wire.md). */
export const BYTE_VIOLATIONS = [
  "frameLength",
  "unknownKind",
  "truncated",
  "trailingBytes",
  "tooLong",
  "malformed",
] as const;

/** What can be wrong with a message that is well formed, where it came (docs/protocol.md). */
export const CONDUCT_VIOLATIONS = [
  "unexpected",
  "epoch",
  "sequence",
  "position",
  "positionGap",
  "packing",
  "badProof",
] as const;

/** Who is at the other end, where no preamble of ours begins. */
export const STRANGERS = ["tlsRecord", "http", "ssh", "snapt", "cnapt", "unknown"] as const;
export type Stranger = (typeof STRANGERS)[number];

/** What the peer did wrong, for programs; a link that was refused has the code of the refusal. */
export type ViolationCode =
  | (typeof BYTE_VIOLATIONS)[number]
  | (typeof CONDUCT_VIOLATIONS)[number]
  | Stranger
  | RefusalCode;

/**
 * A mistake of the peer, as opposed to one of our own program (`LocalMisuse`). It ends the link on
 * which it was made and nothing else.
 */
export class ProtocolViolation extends Error {
  override readonly name = "ProtocolViolation";
  /** The message is for people. */
  readonly code: ViolationCode;

  constructor(code: ViolationCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
