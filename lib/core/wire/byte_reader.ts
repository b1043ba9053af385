import { ProtocolViolation } from "./protocol_violation.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads a body field by field, big-endian; what does not fit is the peer's mistake. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** 8 bytes that must be a safe integer. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#take(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new ProtocolViolation("malformed", `Cannot read position: ${value} is too large`);
    }
    return Number(value);
  }

  /** A copy, which outlives the buffer that was read from. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const start = this.#take(count);
    return this.#bytes.slice(start, start + count) as Uint8Array<ArrayBuffer>;
  }

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

  /** One of `values` by its index. */
  choice<T>(values: readonly T[]): T {
    const index = this.u8();
    const value = values[index];
    if (value === undefined) {
      throw new ProtocolViolation("malformed", `Cannot read choice: there is no number ${index}`);
    }
    return value;
  }

  /** @throws {ProtocolViolation} something is left */
  end(): void {
    const left = this.#bytes.length - this.#offset;
    if (left > 0) {
      throw new ProtocolViolation("trailingBytes", `Cannot read message: ${left} bytes too many`);
    }
  }

  #take(count: number): number {
    const start = this.#offset;
    if (start + count > this.#bytes.length) {
      throw new ProtocolViolation(
        "truncated",
        `Cannot read ${count} bytes: only ${this.#bytes.length - start} are left`,
      );
    }
    this.#offset += count;
    return start;
  }
}
