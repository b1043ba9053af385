/** So many reports at once, and then one in that time. */
const BURST = 10;
const REFILL_MS = 1_000;

/** Bounds how often one CNAPT makes SNAPT tell applications something. */
export class ReportLimit {
  #left = BURST;
  #refilledAt: number;

  constructor(now: number) {
    this.#refilledAt = now;
  }

  /** Whether one more may pass now. */
  take(now: number): boolean {
    const earned = Math.floor((now - this.#refilledAt) / REFILL_MS);
    if (earned > 0) {
      this.#left = Math.min(BURST, this.#left + earned);
      this.#refilledAt += earned * REFILL_MS;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
