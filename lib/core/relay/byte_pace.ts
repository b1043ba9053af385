/** So much may be carried at once before anybody waits: what a second would bring. */
const BURST_SECONDS = 1;

/** Keeps what is carried within so many bytes a second, in the long run. */
export class BytePace {
  /** Null: as many as there are. */
  readonly #bytesPerSecond: number | null;
  /** Until when what was carried would have taken, at this pace. */
  #paidUntil = -Infinity;

  constructor(bytesPerSecond: number | null) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Notes `bytes` that were carried at `now`; for how many ms to carry none. */
  take(bytes: number, now: number): number {
    if (this.#bytesPerSecond === null) return 0;
    const from = Math.max(this.#paidUntil, now - BURST_SECONDS * 1_000);
    this.#paidUntil = from + bytes / this.#bytesPerSecond * 1_000;
    return Math.max(0, this.#paidUntil - now);
  }
}
