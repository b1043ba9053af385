/**
 * A mistake of the peer, as opposed to one of our own program (`LocalMisuse`). It ends the link on
 * which it was made and nothing else.
 */
export class ProtocolViolation extends Error {
  override readonly name = "ProtocolViolation";
  /** What the peer did wrong, for programs (docs/wire.md); the message is for people. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
