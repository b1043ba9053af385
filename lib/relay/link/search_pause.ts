/** A control link that ended sooner than this was of no use. */
const SHORT_MS = 1_000;
/** So many of those in a row may be replaced at once: networks come and go. */
const SHORT_IN_A_ROW = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

/**
 * Keeps a session whose control links end as soon as they are found from looking for new ones in
 * a loop: each of them costs a sudden switch, and new links for all streams.
 */
export class SearchPause {
  #shortInARow = 0;
  #foundAt: number | null = null;

  /** A search begins: for how many ms it is to wait. */
  begin(now: number): number {
    if (this.#foundAt === null) return 0; // the one before found nothing
    this.#shortInARow = now - this.#foundAt < SHORT_MS ? this.#shortInARow + 1 : 0;
    this.#foundAt = null;
    const tooMany = this.#shortInARow - SHORT_IN_A_ROW;
    return tooMany < 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** tooMany, LONGEST_PAUSE_MS);
  }

  /** The search found a control link. */
  found(now: number): void {
    this.#foundAt = now;
  }
}
