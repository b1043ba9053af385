/** How long a CNAPT waits after its first violation of the protocol; each further one doubles it. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Who has violated nothing for so long begins anew. */
const QUIET_MS = 300_000;
/** As many are remembered; the one whose last violation is longest ago is forgotten first. */
const MAX_REMEMBERED = 1_024;

interface Violations {
  readonly pauseMs: number;
  readonly lastAt: number;
}

/**
 * The pauses of CNAPTs that prove their key and then say what cannot be. Each time costs them a
 * control link or the session, and SNAPT the work of beginning again: who goes on with it is taken
 * less and less often. It is the key that counts, not the address; others at that address may be
 * honest, and whoever violates the protocol may come from anywhere.
 */
export class ViolationPauses {
  readonly #ofClient = new Map<string, Violations>();

  /** A CNAPT has violated the protocol on its control link, at `now` (ms). */
  violated(idHex: string, now: number): void {
    const before = this.#ofClient.get(idHex);
    const isQuiet = before === undefined || now - before.lastAt >= QUIET_MS;
    const pauseMs = isQuiet ? FIRST_PAUSE_MS : Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS);
    this.#ofClient.delete(idHex);
    const [first] = this.#ofClient.keys();
    if (this.#ofClient.size >= MAX_REMEMBERED && first !== undefined) this.#ofClient.delete(first);
    this.#ofClient.set(idHex, { pauseMs, lastAt: now });
  }

  /** For how many ms yet no control link of this CNAPT is taken; 0: one is taken now. */
  remainingMs(idHex: string, now: number): number {
    const violations = this.#ofClient.get(idHex);
    if (violations === undefined) return 0;
    return Math.max(0, violations.lastAt + violations.pauseMs - now);
  }
}
