import { ProtocolViolation } from "./protocol_violation.ts";

/** A leading U+FEFF is kept: what is decoded must be what was encoded. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const TWO_TO_32 = 2 ** 32;

/**
 * Reads a body field by field, big-endian. Whatever does not fit is the peer's mistake, so every
 * method throws `ProtocolViolation` and nothing else.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  /** @param bytes the whole body; it is not changed and not kept beyond the reader */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws {ProtocolViolation} `truncated` */
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** @throws {ProtocolViolation} `truncated` */
  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  /** @throws {ProtocolViolation} `truncated` */
  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /**
   * 8 bytes that must be a safe integer.
   *
   * @throws {ProtocolViolation} `truncated`, or `malformed` from 2^53 on
   */
  u64(): number {
    const start = this.#take(8);
    const value = this.#view.getUint32(start) * TWO_TO_32 + this.#view.getUint32(start + 4);
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new ProtocolViolation("malformed", "Cannot read position: it is 2^53 or more");
    }
    return value;
  }

  /**
   * A copy, which outlives the buffer that was read from.
   *
   * @throws {ProtocolViolation} `truncated`
   */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const start = this.#take(count);
    // Not slice(): that of node:buffer's Buffer gives a view.
    return new Uint8Array(this.#bytes.subarray(start, start + count));
  }

  /**
   * A copy of the bytes behind their length in 2 bytes.
   *
   * @throws {ProtocolViolation} `truncated`, or `tooLong` above `maxBytes`
   */
  blob(maxBytes: number): Uint8Array<ArrayBuffer> {
    const length = this.u16();
    if (length > maxBytes) {
      throw new ProtocolViolation(
        "tooLong",
        `Cannot read blob: ${length} bytes, at most ${maxBytes}`,
      );
    }
    return this.bytes(length);
  }

  /**
   * UTF-8 behind its length in 2 bytes.
   *
   * @throws {ProtocolViolation} `truncated`, `tooLong` above `maxBytes`, `malformed` if no UTF-8
   */
  text(maxBytes: number): string {
    const length = this.u16();
    if (length > maxBytes) {
      throw new ProtocolViolation(
        "tooLong",
        `Cannot read text: ${length} bytes, at most ${maxBytes}`,
      );
    }
    const start = this.#take(length);
    try {
      return decoder.decode(this.#bytes.subarray(start, start + length));
    } catch (cause) {
      throw new ProtocolViolation("malformed", "Cannot read text: it is no UTF-8", { cause });
    }
  }

  /**
   * One of `values`, by its index in 1 byte.
   *
   * @throws {ProtocolViolation} `truncated`, or `malformed` for an index without a value
   */
  choice<T>(values: readonly T[]): T {
    const index = this.u8();
    const value = values[index];
    if (value === undefined) {
      throw new ProtocolViolation("malformed", `Cannot read choice: there is no number ${index}`);
    }
    return value;
  }

  /** What is left, as a part of the body and not a copy. */
  rest(): Uint8Array {
    const start = this.#offset;
    this.#offset = this.#bytes.length;
    return this.#bytes.subarray(start);
  }

  /** @throws {ProtocolViolation} `trailingBytes`: something is left */
  end(): void {
    const left = this.#bytes.length - this.#offset;
    if (left > 0) {
      throw new ProtocolViolation("trailingBytes", `Cannot read message: ${left} bytes too many`);
    }
  }

  #take(count: number): number {
    const start = this.#offset;
    const left = this.#bytes.length - start;
    if (count > left) {
      throw new ProtocolViolation(
        "truncated",
        `Cannot read ${count} bytes: only ${left} are left`,
      );
    }
    this.#offset += count;
    return start;
  }
}
