/** What packing did so far, in bytes; plain ones are the application's, packed ones the wire's. */
export interface CompressionSnapshot {
  readonly sentPlainBytes: number;
  readonly sentPackedBytes: number;
  readonly receivedPlainBytes: number;
  readonly receivedPackedBytes: number;
  /** How many times smaller the wire's bytes are; null while there are none. */
  readonly ratio: number | null;
  /** Streams that ended because what came could not be unpacked. */
  readonly broken: number;
}

/** Counts for one stream, and with it for the service that it belongs to. */
export class CompressionCounts {
  readonly #whole: CompressionCounts | null;
  #sentPlain = 0;
  #sentPacked = 0;
  #receivedPlain = 0;
  #receivedPacked = 0;
  #broken = 0;

  constructor(whole: CompressionCounts | null = null) {
    this.#whole = whole;
  }

  sent(plainBytes: number, packedBytes: number): void {
    this.#sentPlain += plainBytes;
    this.#sentPacked += packedBytes;
    this.#whole?.sent(plainBytes, packedBytes);
  }

  received(plainBytes: number, packedBytes: number): void {
    this.#receivedPlain += plainBytes;
    this.#receivedPacked += packedBytes;
    this.#whole?.received(plainBytes, packedBytes);
  }

  broke(): void {
    this.#broken += 1;
    this.#whole?.broke();
  }

  snapshot(): CompressionSnapshot {
    const plain = this.#sentPlain + this.#receivedPlain;
    const packed = this.#sentPacked + this.#receivedPacked;
    return {
      sentPlainBytes: this.#sentPlain,
      sentPackedBytes: this.#sentPacked,
      receivedPlainBytes: this.#receivedPlain,
      receivedPackedBytes: this.#receivedPacked,
      ratio: packed === 0 ? null : Math.round(plain / packed * 100) / 100,
      broken: this.#broken,
    };
  }
}
