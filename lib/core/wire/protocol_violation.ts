/** A mistake of the peer, as opposed to one of our own program (`LocalMisuse`). */
export class ProtocolViolation extends Error {
  override readonly name = "ProtocolViolation";
  /** What the peer did wrong, for programs; the message says it for people. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
