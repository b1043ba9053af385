import { LocalMisuse } from "../local_misuse.ts";

const encoder = new TextEncoder();

/** Builds a frame field by field, big-endian; a value that does not fit is our own mistake. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u8(value: number): this {
    this.#check(value, 0xff);
    this.#room(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
    return this;
  }

  u16(value: number): this {
    this.#check(value, 0xffff);
    this.#room(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
    return this;
  }

  u32(value: number): this {
    this.#check(value, 0xffff_ffff);
    this.#room(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
    return this;
  }

  /** A safe integer in 8 bytes. */
  u64(value: number): this {
    this.#check(value, Number.MAX_SAFE_INTEGER);
    this.#room(8);
    this.#view.setBigUint64(this.#length, BigInt(value));
    this.#length += 8;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** Text of at most `maxBytes` of UTF-8 behind its length in 2 bytes. */
  text(value: string, maxBytes: number): this {
    const encoded = encoder.encode(value);
    if (encoded.length > maxBytes) {
      throw new LocalMisuse(`Cannot encode text: ${encoded.length} bytes, at most ${maxBytes}`);
    }
    return this.u16(encoded.length).bytes(encoded);
  }

  /** Overwrites 4 bytes written before. */
  patchU32(offset: number, value: number): void {
    this.#view.setUint32(offset, value);
  }

  get length(): number {
    return this.#length;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #check(value: number, max: number): void {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw new LocalMisuse(`Cannot encode ${value}: it is no integer from 0 to ${max}`);
    }
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
