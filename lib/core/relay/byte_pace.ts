/** So much may be carried at once before anybody waits: what a second would bring. */
const BURST_SECONDS = 1;

/** Keeps what is carried within so many bytes a second, in the long run. */
export class BytePace {
  readonly #rate: () => number | null;
  /** Until when what was carried would have taken, at this pace. */
  #paidUntil = -Infinity;

  /** `rate`: bytes a second, which may change; null: as many as there are. */
  constructor(rate: () => number | null) {
    this.#rate = rate;
  }

  /** Notes `bytes` that were carried at `now`; for how many ms to carry none. */
  take(bytes: number, now: number): number {
    const bytesPerSecond = this.#rate();
    if (bytesPerSecond === null) return 0;
    const from = Math.max(this.#paidUntil, now - BURST_SECONDS * 1_000);
    this.#paidUntil = from + bytes / bytesPerSecond * 1_000;
    return Math.max(0, this.#paidUntil - now);
  }

  /**
   * Notes `bytes` that would have to wait for `patienceMs` at most, without waiting; false: for longer,
   * and they are not to be carried.
   */
  tryTake(bytes: number, now: number, patienceMs = 0): boolean {
    if (this.#rate() === null) return true;
    if (this.#paidUntil > now + patienceMs) return false;
    this.take(bytes, now);
    return true;
  }
}
