import { LocalMisuse } from "../local_misuse.ts";

/** What a datagram that is held costs beside its payload: the object, and its place. */
export const HELD_DATAGRAM_BYTES = 128;

const MAX_BYTES = 16 * 1024 * 1024;

/** The memory in which held datagrams count, of a session or of the program. */
export interface HeldMemory {
  tryReserve(bytes: number): boolean;
  release(bytes: number): void;
}

/** What the datagrams that one side holds may take together. */
export class HoldBudget {
  readonly #maxBytes: number;
  #memory: HeldMemory | null = null;
  #usedBytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * From now on what is held counts in `memory` too.
   *
   * @throws {LocalMisuse} something is held already
   */
  countIn(memory: HeldMemory): void {
    if (this.#usedBytes > 0) throw new LocalMisuse("Cannot count in other memory: some is in use");
    this.#memory = memory;
  }

  /** Takes room for one more datagram with so much payload; false: there is none. */
  take(payloadBytes: number): boolean {
    const bytes = HELD_DATAGRAM_BYTES + payloadBytes;
    if (this.#usedBytes + bytes > this.#maxBytes) return false;
    if (this.#memory?.tryReserve(bytes) === false) return false;
    this.#usedBytes += bytes;
    return true;
  }

  /** A datagram with so much payload is held no longer. */
  giveBack(payloadBytes: number): void {
    const bytes = HELD_DATAGRAM_BYTES + payloadBytes;
    this.#usedBytes -= bytes;
    this.#memory?.release(bytes);
  }
}
