/** The pause before a session is started anew, in ms, when the one before was well. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 15_000;
/** A session that lived so long was well, whatever ended it. */
const WELL_AFTER_MS = 60_000;

/**
 * How long to wait before the next session is started. When sessions end soon after they began,
 * again and again, something is wrong that starting anew does not mend, a mistake in one of the
 * programs for example: the pauses grow, so that nobody is kept busy with it.
 */
export class SessionRestarts {
  #next = SHORTEST_MS;
  #startedAt: number | null = null;

  /** A session starts; times in ms of one clock. */
  started(now: number): void {
    this.#startedAt = now;
  }

  /** The session has ended; returns the pause in ms. `isRefused`: repeating does not mend it. */
  pauseAfter(now: number, isRefused: boolean): number {
    const lived = this.#startedAt === null ? 0 : now - this.#startedAt;
    if (lived >= WELL_AFTER_MS) this.#next = SHORTEST_MS;
    if (isRefused) return LONGEST_MS;
    const pause = this.#next;
    this.#next = Math.min(LONGEST_MS, pause * 2);
    return pause;
  }
}
