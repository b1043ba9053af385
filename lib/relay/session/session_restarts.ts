import { unreachable } from "../../core/exhaustive.ts";

/** The pause before a session is started anew, in ms, when the one before was well. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 15_000;
/** SNAPT said goodbye, or knows nothing of the session: it is started again. */
const RESTARTED_MS = 250;
const LONGEST_RESTARTED_MS = 2_000;
/** Nobody starts SNAPT again so often: it is something that starting anew does not mend. */
const MOST_RESTARTS = 10;
/** A session that was connected for so long was well, whatever ended it. */
const WELL_AFTER_MS = 10_000;

/** The first pause, and the longest, of one whose place another CNAPT has. */
const DISPLACED_MS = 15_000;
const LONGEST_DISPLACED_MS = 120_000;

/**
 * What ended a session: `restarted`: SNAPT is being ended, or was started anew; `refused` is what
 * repeating does not mend; `displaced`: another CNAPT with
 * the same ticket has its place, and may give it up.
 */
export type SessionEnd = "failed" | "restarted" | "refused" | "displaced";

/**
 * How long to wait before the next session is started. When sessions end soon after they began,
 * again and again, something is wrong that starting anew does not mend, a mistake in one of the
 * programs for example: the pauses grow, so that nobody is kept busy with it. Those
 * after a SNAPT that was started again stay short for some time: somebody works on it.
 */
export class SessionRestarts {
  #next = SHORTEST_MS;
  #restarts = 0;
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
    if (lived >= WELL_AFTER_MS) this.#sessionWasWell();
    switch (end) {
      case "failed": {
        const pause = this.#next;
        this.#next = Math.min(LONGEST_MS, pause * 2);
        return pause;
      }
      case "restarted": {
        const pause = RESTARTED_MS * 2 ** this.#restarts;
        this.#restarts += 1;
        return this.#restarts > MOST_RESTARTS ? LONGEST_MS : Math.min(LONGEST_RESTARTED_MS, pause);
      }
      case "refused":
        return LONGEST_MS;
      case "displaced": {
        const pause = this.#nextDisplaced;
        this.#nextDisplaced = Math.min(LONGEST_DISPLACED_MS, pause * 2);
        return pause;
      }
      default:
        return unreachable(end);
    }
  }

  #sessionWasWell(): void {
    this.#next = SHORTEST_MS;
    this.#restarts = 0;
    this.#nextDisplaced = DISPLACED_MS;
  }
}
