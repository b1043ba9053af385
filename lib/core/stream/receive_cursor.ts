import { ProtocolViolation } from "../wire/protocol_violation.ts";

/**
 * The receiving half of one direction of a stream: where the bytes that arrive on a link belong.
 *
 * Three positions move forward and never back: `taken` (read from a link, in our hands),
 * `delivered` (accepted by the application's socket) and `acknowledged` (last told to the peer).
 * A new link begins at the position that its sender named; what lies before `taken` is skipped,
 * so that a byte sent twice is delivered once.
 */
export class ReceiveCursor {
  #taken = 0;
  #delivered = 0;
  #linkPosition = 0;
  #final: number | null = null;
  /** Last position told to the peer. */
  acknowledged = 0;

  get taken(): number {
    return this.#taken;
  }
  get delivered(): number {
    return this.#delivered;
  }
  /** Position after the last byte of the direction, once the peer's EOF said so. */
  get final(): number | null {
    return this.#final;
  }
  /** The application has everything, the end of the input included in what may be delivered. */
  get isComplete(): boolean {
    return this.#final !== null && this.#delivered === this.#final;
  }

  /** Whether the current link has brought all that the peer puts on it for this stream. */
  get isLinkComplete(): boolean {
    return this.#final !== null && this.#linkPosition === this.#final;
  }

  /**
   * Starts to count a link whose first byte has position `from`.
   *
   * @throws {ProtocolViolation} bytes between `taken` and `from` would be missing
   */
  beginLink(from: number): void {
    if (from > this.#taken) {
      throw new ProtocolViolation(
        "positionGap",
        `Cannot continue at ${from}: only ${this.#taken} bytes were received`,
      );
    }
    this.#linkPosition = from;
  }

  /**
   * Takes `bytes` that arrived on the current link; returns how many of them, at the front, are
   * repetitions to be skipped.
   *
   * @throws {ProtocolViolation} there are bytes after the end that EOF announced
   */
  take(bytes: number): number {
    const end = this.#linkPosition + bytes;
    if (this.#final !== null && end > this.#final) {
      throw new ProtocolViolation(
        "position",
        `Cannot take ${end} bytes: the stream ended at ${this.#final}`,
      );
    }
    const skipped = Math.min(bytes, Math.max(0, this.#taken - this.#linkPosition));
    this.#linkPosition = end;
    if (end > this.#taken) this.#taken = end;
    return skipped;
  }

  /** Says that the application accepted `bytes` more. */
  deliver(bytes: number): void {
    this.#delivered += bytes;
  }

  /** @throws {ProtocolViolation} more than that was received already, or another end was named */
  checkEnd(position: number): void {
    if (position < this.#taken || (this.#final !== null && this.#final !== position)) {
      throw new ProtocolViolation(
        "position",
        `Cannot end at ${position}: ${this.#final ?? this.#taken} bytes were announced or received`,
      );
    }
  }

  /**
   * Notes that the direction ends at `position` (message EOF).
   *
   * @throws {ProtocolViolation} more than that was received already, or another end was named
   */
  endAt(position: number): void {
    this.checkEnd(position);
    this.#final = position;
  }
}
