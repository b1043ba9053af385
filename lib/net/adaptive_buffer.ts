/** A connection starts with a read buffer of this size, so that idle ones cost little. */
const MIN_BYTES = 2 * 1024;
const MAX_BYTES = 256 * 1024;
const STEP_FACTOR = 4;
const SMALL_READS_BEFORE_SHRINK = 64;

const NONE = new Uint8Array(0);

/** A read buffer that grows when reads fill it and shrinks when they have long been small. */
export class AdaptiveBuffer {
  #bytes = NONE;
  #smallReads = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(MIN_BYTES);
    return this.#bytes;
  }

  /** Notes the size of the last read; what it returned must no longer be needed. */
  adapt(count: number): void {
    const size = this.#bytes.length;
    if (count === size && size < MAX_BYTES) {
      this.#bytes = new Uint8Array(size * STEP_FACTOR);
      this.#smallReads = 0;
    } else if (count * STEP_FACTOR * STEP_FACTOR >= size) {
      this.#smallReads = 0;
    } else if (++this.#smallReads > SMALL_READS_BEFORE_SHRINK && size > MIN_BYTES) {
      this.#bytes = new Uint8Array(size / STEP_FACTOR);
      this.#smallReads = 0;
    }
  }
}
