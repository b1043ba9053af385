/** So many answers make up the share of late ones. */
export const LATENESS_WINDOW = 60;
/** An answer that took longer than three usual round trips and this was lost on the way once. */
const RETRANSMISSION_MS = 200;
const SMOOTHING = 1 / 8;
const JITTER_SMOOTHING = 1 / 4;

/**
 * What is known of a path from answers to questions: round trip, its variation, and how many
 * came so late that something must have been lost (TCP hides the loss itself, not its delay).
 */
export class PathMeter {
  #roundTripMs: number | null = null;
  #jitterMs = 0;
  #countedAt = -Infinity;
  readonly #late: boolean[] = [];

  /** Smoothed round trip in ms; null before the first answer. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }
  /** Mean deviation from it in ms. */
  get jitterMs(): number {
    return this.#jitterMs;
  }
  /** When the last answer came. */
  get countedAt(): number {
    return this.#countedAt;
  }
  /** Share of late answers, 0 to 1, as if those not yet counted had been in time. */
  get loss(): number {
    return this.#late.filter((isLate) => isLate).length / LATENESS_WINDOW;
  }

  noteAnswer(ms: number, now: number): void {
    const usual = this.#roundTripMs;
    const isLate = usual !== null && ms > RETRANSMISSION_MS + 3 * usual;
    this.#countedAt = now;
    this.#late.push(isLate);
    if (this.#late.length > LATENESS_WINDOW) this.#late.shift();
    if (usual === null) {
      this.#roundTripMs = ms;
      this.#jitterMs = ms / 4;
      return;
    }
    this.#jitterMs += (Math.abs(ms - usual) - this.#jitterMs) * JITTER_SMOOTHING;
    this.#roundTripMs = usual + (ms - usual) * SMOOTHING;
  }

  /** An answer that can only be too slow: it counts where it shows that the path is no slower. */
  noteUpperBound(ms: number, now: number): boolean {
    const usual = this.#roundTripMs;
    if (usual === null || ms > usual + 2 * this.#jitterMs) return false;
    this.noteAnswer(ms, now);
    return true;
  }

  restart(): void {
    this.#roundTripMs = null;
    this.#jitterMs = 0;
    this.#late.length = 0;
    this.#countedAt = -Infinity;
  }
}
