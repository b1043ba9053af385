/** So many answers make up the share of late ones. */
export const LATENESS_WINDOW = 60;
/** An answer that took longer than three usual round trips and this was lost on the way once. */
const RETRANSMISSION_MS = 200;
const SMOOTHING = 1 / 8;
const JITTER_SMOOTHING = 1 / 4;
/** Of a single answer it is not known how much others differ from it: by so large a part of it. */
const FIRST_JITTER = 1 / 4;

/**
 * What is known of a path from answers to questions: round trip, its variation, and how many
 * came so late that something must have been lost (TCP hides the loss itself, not its delay).
 *
 * Before the first answer the round trip is that of the dial, which gave the control link: it may
 * be too long, as both ends had more to do than to answer, so the first answer replaces it.
 */
export class PathMeter {
  #roundTripMs: number | null = null;
  #dialledMs: number | null = null;
  #jitterMs = 0;
  #countedAt = -Infinity;
  readonly #late: boolean[] = [];

  /** Smoothed round trip in ms; null when nothing was ever answered. */
  get roundTripMs(): number | null {
    return this.#roundTripMs ?? this.#dialledMs;
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
      this.#jitterMs = ms * FIRST_JITTER;
      return;
    }
    this.#jitterMs += (Math.abs(ms - usual) - this.#jitterMs) * JITTER_SMOOTHING;
    this.#roundTripMs = usual + (ms - usual) * SMOOTHING;
  }

  /** Another path; `dialledMs`: its round trip when it was dialled, null where that is not known. */
  restart(dialledMs: number | null = null): void {
    this.#roundTripMs = null;
    this.#dialledMs = dialledMs;
    this.#jitterMs = (dialledMs ?? 0) * FIRST_JITTER;
    this.#late.length = 0;
    this.#countedAt = -Infinity;
  }
}
