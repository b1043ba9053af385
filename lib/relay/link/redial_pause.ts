/** A parked link that lasted so long was worth its dial. */
const LASTED_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * How long to wait before parked links that have ended are replaced. Where SNAPT closes them at
 * once, each round of dials comes after twice the pause of the one before.
 */
export class RedialPause {
  #nextMs = FIRST_PAUSE_MS;
  #until = -Infinity;

  /** When the next link may be parked; in the past while there is nothing against it. */
  get until(): number {
    return this.#until;
  }

  /** A parked link that was opened at `openedAt` was good enough to be used. */
  noteUse(openedAt: number, now: number): void {
    if (now - openedAt >= LASTED_MS) this.reset();
  }

  /** A parked link that was opened at `openedAt` has ended by itself. */
  noteEnd(openedAt: number, now: number): void {
    if (now - openedAt >= LASTED_MS) return this.reset();
    this.#begin(now);
  }

  /** SNAPT has turned a parked link away, however long it had lasted: another would fare alike. */
  noteRefusal(now: number): void {
    this.#begin(now);
  }

  #begin(now: number): void {
    if (now < this.#until) return; // links that end together are one failure
    this.#until = now + this.#nextMs;
    this.#nextMs = Math.min(2 * this.#nextMs, LONGEST_PAUSE_MS);
  }

  reset(): void {
    this.#nextMs = FIRST_PAUSE_MS;
    this.#until = -Infinity;
  }
}
