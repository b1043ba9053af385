/** A mistake of our own program, as opposed to one of the peer (`ProtocolViolation`). */
export class LocalMisuse extends Error {
  override readonly name = "LocalMisuse";
}
