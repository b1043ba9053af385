import { LocalMisuse } from "../local_misuse.ts";

const encoder = new TextEncoder();

const TWO_TO_32 = 2 ** 32;

/** Enough for every message without a list or a sentence. */
const FIRST_ROOM_BYTES = 64;

/**
 * Builds a frame field by field, big-endian. A value that does not fit is our own mistake, so
 * every method throws `LocalMisuse` and nothing else, and never writes a value cut to size.
 */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_ROOM_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** @throws {LocalMisuse} `value` is no integer from 0 to 2^8 - 1 */
  u8(value: number): this {
    checkRange(value, 0xff);
    const start = this.#room(1);
    this.#view.setUint8(start, value);
    return this;
  }

  /** @throws {LocalMisuse} `value` is no integer from 0 to 2^16 - 1 */
  u16(value: number): this {
    checkRange(value, 0xffff);
    const start = this.#room(2);
    this.#view.setUint16(start, value);
    return this;
  }

  /** @throws {LocalMisuse} `value` is no integer from 0 to 2^32 - 1 */
  u32(value: number): this {
    checkRange(value, 0xffff_ffff);
    const start = this.#room(4);
    this.#view.setUint32(start, value);
    return this;
  }

  /** 8 bytes. @throws {LocalMisuse} `value` is no integer from 0 to 2^53 - 1 */
  u64(value: number): this {
    checkRange(value, Number.MAX_SAFE_INTEGER);
    const start = this.#room(8);
    this.#view.setUint32(start, Math.floor(value / TWO_TO_32));
    this.#view.setUint32(start + 4, value % TWO_TO_32);
    return this;
  }

  /** Copies all of `value`, without a length before it. */
  bytes(value: Uint8Array): this {
    const start = this.#room(value.length);
    this.#bytes.set(value, start);
    return this;
  }

  /**
   * Like `bytes`, for a field that has a fixed size on the wire.
   *
   * @throws {LocalMisuse} `value` has another size
   */
  fixed(value: Uint8Array, count: number): this {
    if (value.length !== count) {
      throw new LocalMisuse(`Cannot encode ${value.length} bytes: the field has ${count}`);
    }
    return this.bytes(value);
  }

  /**
   * Bytes behind their length in 2 bytes.
   *
   * @throws {LocalMisuse} there are more than `maxBytes`
   */
  blob(value: Uint8Array, maxBytes: number): this {
    if (value.length > maxBytes) {
      throw new LocalMisuse(`Cannot encode ${value.length} bytes: at most ${maxBytes}`);
    }
    return this.u16(value.length).bytes(value);
  }

  /**
   * UTF-8 behind its length in 2 bytes.
   *
   * @throws {LocalMisuse} `value` has more than `maxBytes` of UTF-8
   */
  text(value: string, maxBytes: number): this {
    const encoded = encoder.encode(value);
    if (encoded.length > maxBytes) {
      throw new LocalMisuse(`Cannot encode text: ${encoded.length} bytes, at most ${maxBytes}`);
    }
    return this.u16(encoded.length).bytes(encoded);
  }

  /**
   * One of `values`, as its index in 1 byte, counted from `first`.
   *
   * @throws {LocalMisuse} `value` is not among them
   */
  choice<T>(values: readonly T[], value: T, first = 0): this {
    const index = values.indexOf(value);
    if (index < 0) throw new LocalMisuse(`Cannot encode ${value}: it is no known choice`);
    return this.u8(index + first);
  }

  /** Overwrites 4 bytes written before. @throws {LocalMisuse} there are none, or out of range */
  patchU32(offset: number, value: number): void {
    checkRange(value, 0xffff_ffff);
    if (offset + 4 > this.#length) {
      throw new LocalMisuse(`Cannot patch offset ${offset}: ${this.#length} bytes were written`);
    }
    this.#view.setUint32(offset, value);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Makes room for `count` more bytes, in a new view where needed; the offset of the first. */
  #room(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }
}

function checkRange(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new LocalMisuse(`Cannot encode ${value}: it is no integer from 0 to ${max}`);
  }
}
