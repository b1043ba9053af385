import { LocalMisuse } from "../local_misuse.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import type { MemoryBudget } from "./memory_budget.ts";

/** A ring starts with this many bytes, which every stream gets whatever the budgets say. */
export const RING_INITIAL_BYTES = 4 * 1024;

/** A full ring grows, and a ring that is far too large shrinks, by this factor. */
const RING_STEP_FACTOR = 4;

/** After that many small reads in a row on an empty ring it is made smaller. */
const SMALL_READS_BEFORE_SHRINK = 64;

/**
 * The sending half of one direction of a stream: bytes read from the application, kept until the
 * peer acknowledged them.
 *
 *     acked ──────── sent ──────── end ──────── acked + capacity
 *       kept for replay  not yet sent    free
 *
 * All positions are absolute byte offsets from the start of the stream. A full ring has no
 * writable region; the caller then stops reading the application. Nothing is ever dropped.
 */
export class SendRing {
  readonly #capBytes: number;
  readonly #budget: MemoryBudget;
  #buffer: Uint8Array<ArrayBuffer>;
  #acked = 0;
  /** What the peer acknowledged, which after a rewind may be more than is sent again yet. */
  #peerAcked = 0;
  #sent = 0;
  #end = 0;
  #highestSent = 0;
  #smallReads = 0;

  /** `capBytes`: the most that this ring may hold; at least `RING_INITIAL_BYTES`. */
  constructor(capBytes: number, budget: MemoryBudget) {
    this.#capBytes = Math.max(capBytes, RING_INITIAL_BYTES);
    this.#budget = budget;
    this.#budget.reserveMinimum(RING_INITIAL_BYTES);
    this.#buffer = new Uint8Array(RING_INITIAL_BYTES);
  }

  /** Everything before this position was accepted by the application at the other side. */
  get acked(): number {
    return this.#acked;
  }
  /** The first position that the peer may still need: where a new link may begin. */
  get resumeAt(): number {
    return Math.max(this.#acked, this.#peerAcked);
  }
  /** Everything before this position was handed to the current link or an earlier one. */
  get sent(): number {
    return this.#sent;
  }
  /** Everything before this position was read from the application. */
  get end(): number {
    return this.#end;
  }
  get capacity(): number {
    return this.#buffer.length;
  }
  get isFull(): boolean {
    return this.#end - this.#acked === this.#buffer.length;
  }
  get hasUnsent(): boolean {
    return this.#sent < this.#end;
  }

  /**
   * The contiguous free region to read the next bytes into, of at most `maxBytes`; empty when the
   * ring is full and cannot grow. The region is valid until the next call.
   */
  writable(maxBytes: number): Uint8Array<ArrayBuffer> {
    if (this.isFull) this.#tryResize(this.#buffer.length * RING_STEP_FACTOR);
    else if (this.#smallReads >= SMALL_READS_BEFORE_SHRINK && this.#acked === this.#end) {
      this.#smallReads = 0;
      this.#tryResize(Math.max(this.#buffer.length / RING_STEP_FACTOR, RING_INITIAL_BYTES));
    }
    const capacity = this.#buffer.length;
    const start = this.#end % capacity;
    const free = capacity - (this.#end - this.#acked);
    return this.#buffer.subarray(start, start + Math.min(free, capacity - start, maxBytes));
  }

  /** Says that the first `bytes` of the writable region are now filled. */
  commit(bytes: number): void {
    if (bytes < 0 || bytes > this.#buffer.length - (this.#end - this.#acked)) {
      throw new LocalMisuse(`Cannot commit ${bytes} bytes: the ring has no such room`);
    }
    this.#end += bytes;
    const isSmall = bytes * RING_STEP_FACTOR * RING_STEP_FACTOR < this.#buffer.length;
    this.#smallReads = isSmall ? this.#smallReads + 1 : 0;
  }

  /**
   * The next contiguous unsent bytes, at most `maxBytes`, which from now on count as sent.
   * The caller writes them to the link; they stay in the ring until acknowledged.
   */
  claim(maxBytes: number): Uint8Array<ArrayBuffer> {
    const capacity = this.#buffer.length;
    const start = this.#sent % capacity;
    const count = Math.min(this.#end - this.#sent, capacity - start, maxBytes);
    this.#sent += count;
    if (this.#sent > this.#highestSent) this.#highestSent = this.#sent;
    this.#free();
    return this.#buffer.subarray(start, start + count);
  }

  /** @throws {ProtocolViolation} the peer acknowledges what was never sent */
  checkAcknowledge(position: number): void {
    if (position > this.#highestSent) {
      throw new ProtocolViolation(
        "position",
        `Cannot acknowledge up to ${position}: only ${this.#highestSent} bytes were sent`,
      );
    }
  }

  /**
   * Notes that the peer has everything before `position`, and frees it. An acknowledgement older
   * than the last one changes nothing; returns the number of bytes freed.
   *
   * @throws {ProtocolViolation} the peer acknowledged what was never sent
   */
  acknowledge(position: number): number {
    this.checkAcknowledge(position);
    if (position > this.#peerAcked) this.#peerAcked = position;
    return this.#free();
  }

  /**
   * Makes `position` the next byte to be sent, on a new link; returns how many bytes are
   * thereby sent once more.
   *
   * @throws {ProtocolViolation} `position` is before what was acknowledged or after what was sent
   */
  rewindTo(position: number): number {
    if (position < this.#acked || position > this.#highestSent) {
      throw new ProtocolViolation(
        "position",
        `Cannot send from ${position}: the ring holds ${this.#acked} to ${this.#highestSent}`,
      );
    }
    const replayed = Math.max(0, this.#sent - position);
    this.#sent = position;
    this.#free();
    return replayed;
  }

  /** Gives the memory back; the ring must not be used afterwards. */
  dispose(): void {
    this.#budget.release(this.#buffer.length);
    this.#buffer = new Uint8Array(0);
    this.#acked = this.#sent = this.#end;
  }

  /**
   * Frees what is both acknowledged and sent on the current link. The link counts its bytes, so
   * those that the peer turned out to have already must still go out; it skips them.
   */
  #free(): number {
    const until = Math.min(this.#peerAcked, this.#sent);
    if (until <= this.#acked) return 0;
    const freed = until - this.#acked;
    this.#acked = until;
    return freed;
  }

  #tryResize(wanted: number): void {
    const size = Math.min(wanted, this.#capBytes);
    const old = this.#buffer.length;
    if (size === old || (size > old && !this.#budget.tryReserve(size - old))) return;
    if (size < old) this.#budget.release(old - size);
    const next = new Uint8Array(size);
    for (let position = this.#acked; position < this.#end;) {
      const from = position % old;
      const to = position % size;
      const count = Math.min(this.#end - position, old - from, size - to);
      next.set(this.#buffer.subarray(from, from + count), to);
      position += count;
    }
    this.#buffer = next;
  }
}
