import { LocalMisuse } from "../local_misuse.ts";
import { decodeBody } from "./decode.ts";
import { LENGTH_BYTES } from "./encode.ts";
import { MAX_FRAME_BODY_BYTES, type Message } from "./message.ts";
import { ProtocolViolation } from "./protocol_violation.ts";

/** The shortest frame has a type and an empty body. */
const MIN_ANNOUNCED_BYTES = 1;

const EMPTY = new Uint8Array(0);

/**
 * Cuts a stream of bytes into messages.
 *
 * Feed it with `push`, then call `next` until it returns null. The announced length of a frame is
 * judged before anything is kept for it, and room grows with what came, not with what was
 * announced: a peer makes this hold less than one of the largest frames beyond what was pushed last, and
 * pays for it byte by byte. An empty reader keeps no buffer, so a parked link costs next to nothing.
 */
export class FrameReader {
  #maxAnnounced: number;
  #bytes: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;

  /** `maxBodyBytes`: a frame with a larger body is none. */
  constructor(maxBodyBytes = MAX_FRAME_BODY_BYTES) {
    this.#maxAnnounced = maxBodyBytes + 1;
  }

  /** From the next frame on all that are frames of the protocol are taken. */
  takeAll(): void {
    this.#maxAnnounced = MAX_FRAME_BODY_BYTES + 1;
  }

  /**
   * Adds bytes that arrived; they are copied.
   *
   * @throws {LocalMisuse} a whole frame is waiting to be taken with `next`
   */
  push(bytes: Uint8Array): void {
    const held = this.#end - this.#start;
    if (held >= LENGTH_BYTES + this.#maxAnnounced) {
      throw new LocalMisuse(`Cannot push: ${held} bytes are waiting to be taken`);
    }
    if (this.#end + bytes.length > this.#bytes.length) this.#grow(held, bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /**
   * The next complete message, or null when more bytes are needed.
   *
   * @throws {ProtocolViolation} what is there is no frame; the reader is of no use any more
   */
  next(): Message | null {
    const held = this.#end - this.#start;
    if (held < LENGTH_BYTES) return null;
    const bytes = this.#bytes.subarray(this.#start, this.#end);
    const announced = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (announced < MIN_ANNOUNCED_BYTES || announced > this.#maxAnnounced) {
      throw new ProtocolViolation(
        "frameLength",
        `Cannot read frame: it announces ${announced} bytes, at most ${this.#maxAnnounced}`,
      );
    }
    const frameBytes = LENGTH_BYTES + announced;
    if (held < frameBytes) return null;
    this.#skip(frameBytes);
    return decodeBody(bytes[LENGTH_BYTES] ?? 0, bytes.subarray(LENGTH_BYTES + 1, frameBytes));
  }

  /**
   * Takes the bytes behind the last message: after `bind` or `bound` the first of the payload.
   *
   * @returns bytes that nothing else refers to
   */
  rest(): Uint8Array {
    const rest = this.#bytes.subarray(this.#start, this.#end);
    this.#skip(rest.length);
    return rest;
  }

  #skip(count: number): void {
    this.#start += count;
    if (this.#start < this.#end) return;
    this.#bytes = EMPTY;
    this.#start = 0;
    this.#end = 0;
  }

  #grow(held: number, added: number): void {
    // Doubling keeps the copying linear when a frame comes in many small pieces.
    const larger = new Uint8Array(held === 0 ? added : Math.max(held * 2, held + added));
    larger.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = larger;
    this.#start = 0;
    this.#end = held;
  }
}
