/** The pause before a session is started anew, in ms, when the one before was well. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 15_000;
/** SNAPT said goodbye to a session that was well: it is started again, in all likelihood. */
const AFTER_GOODBYE_MS = 250;
/** A session that was connected for so long was well, whatever ended it. */
const WELL_AFTER_MS = 10_000;

/** The first pause, and the longest, of one whose place another CNAPT has. */
const DISPLACED_MS = 15_000;
const LONGEST_DISPLACED_MS = 120_000;

/**
 * What ended a session: `refused` is what repeating does not mend; `displaced`: another CNAPT with
 * the same ticket has its place, and may give it up.
 */
export type SessionEnd = "failed" | "goodbye" | "refused" | "displaced";

/**
 * How long to wait before the next session is started. When sessions end soon after they began,
 * again and again, something is wrong that starting anew does not mend, a mistake in one of the
 * programs for example: the pauses grow, so that nobody is kept busy with it.
 */
export class SessionRestarts {
  #next = SHORTEST_MS;
  #nextDisplaced = DISPLACED_MS;
  #connectedAt: number | null = null;

  /** The session is connected; times in ms of one clock. */
  connected(now: number): void {
    this.#connectedAt ??= now;
  }

  /** The session has ended; returns the pause in ms. */
  pauseAfter(now: number, end: SessionEnd): number {
    const lived = this.#connectedAt === null ? 0 : now - this.#connectedAt;
    this.#connectedAt = null;
    if (lived >= WELL_AFTER_MS) this.#next = SHORTEST_MS;
    if (end === "refused") return LONGEST_MS;
    if (end === "displaced") return this.#displaced(lived);
    const isFirst = this.#next === SHORTEST_MS;
    const pause = end === "goodbye" && isFirst ? AFTER_GOODBYE_MS : this.#next;
    this.#next = Math.min(LONGEST_MS, this.#next * 2);
    return pause;
  }

  #displaced(lived: number): number {
    if (lived >= WELL_AFTER_MS) this.#nextDisplaced = DISPLACED_MS;
    const pause = this.#nextDisplaced;
    this.#nextDisplaced = Math.min(LONGEST_DISPLACED_MS, pause * 2);
    return pause;
  }
}
