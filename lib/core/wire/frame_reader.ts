import { decodeBody } from "./decode.ts";
import { LENGTH_BYTES } from "./encode.ts";
import { MAX_FRAME_BODY_BYTES, type Message } from "./message.ts";
import { ProtocolViolation } from "./protocol_violation.ts";

const EMPTY = new Uint8Array(0);

/**
 * Cuts a stream of bytes into messages. A frame's length is judged before anything is kept for
 * it, so a peer can make this hold one maximal frame and what was pushed last, not more.
 */
export class FrameReader {
  #bytes: Uint8Array = EMPTY;

  /** Adds bytes that arrived; they are copied. */
  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  /**
   * The next complete message, or null when more bytes are needed.
   *
   * @throws {ProtocolViolation} what is there is no frame
   */
  next(): Message | null {
    const bytes = this.#bytes;
    if (bytes.length < LENGTH_BYTES) return null;
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (length < 1 || length > MAX_FRAME_BODY_BYTES + 1) {
      throw new ProtocolViolation(
        "tooLong",
        `Cannot read frame: it claims ${length} bytes, at most ${MAX_FRAME_BODY_BYTES + 1}`,
      );
    }
    const end = LENGTH_BYTES + length;
    if (bytes.length < end) return null;
    this.#bytes = bytes.length === end ? EMPTY : bytes.subarray(end);
    return decodeBody(bytes[LENGTH_BYTES] ?? 0, bytes.subarray(LENGTH_BYTES + 1, end));
  }

  /** Takes the bytes behind the last message: the first of the payload. */
  rest(): Uint8Array {
    const rest = this.#bytes;
    this.#bytes = EMPTY;
    return rest;
  }
}
