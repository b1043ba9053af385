/** The best of so many looks is the estimate. */
const KEPT_LOOKS = 10;
/** Less than this in a look says nothing of the path. */
const MIN_BYTES = 16 * 1024;

/**
 * Estimates the rate of a path from what went through it: the best of the last looks, in bytes per
 * second. It is a lower bound, since applications may have had no more to say.
 */
export class RateEstimate {
  readonly #rates: number[] = [];
  #lookedAt: number | null = null;

  /** `bytes` went through since the last look. */
  look(bytes: number, now: number): void {
    const passed = this.#lookedAt === null ? 0 : now - this.#lookedAt;
    this.#lookedAt = now;
    if (passed <= 0) return;
    this.#rates.push(bytes < MIN_BYTES ? 0 : Math.round(bytes * 1000 / passed));
    if (this.#rates.length > KEPT_LOOKS) this.#rates.shift();
  }

  /** A new path: what the old one could do says nothing. */
  restart(): void {
    this.#rates.length = 0;
  }

  get bytesPerSecond(): number | null {
    const best = Math.max(0, ...this.#rates);
    return best === 0 ? null : best;
  }
}
