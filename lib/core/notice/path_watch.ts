/**
 * Tells which changes of a path are marked enough to be told to applications.
 *
 * Theory of operation. The path is looked at about once a second. What was told last is the
 * reference. A round trip counts as another one when it is twice or half of the reference, by 20 ms
 * at least, in three looks in a row; a spike is thus no change, and a value that wanders about
 * a limit is told once. After a switch the round trip is unknown at first: the first one that is
 * measured is told, so that an application hears of it however little it differs. That nothing
 * comes through any more is told after two looks in a row, and once. The rate is what applications
 * did, not what the path could: it is in every notice and never the reason for one.
 */
import type { ChangedField, PathState } from "./notice.ts";

/** How much a round trip has to change. */
export const MARKED_FACTOR = 2;
export const MARKED_MS = 20;
/** For how many looks in a row. */
export const MARKED_LOOKS = 3;
export const LOST_LOOKS = 2;

export interface Look {
  /** `moving`: a switch is under way, and nothing can be said. */
  readonly state: "connected" | "moving" | "lost";
  readonly path: PathState;
}

export type Marked =
  | { readonly event: "pathChanged"; readonly changed: readonly ChangedField[] }
  | { readonly event: "pathLost"; readonly changed: readonly ChangedField[] };

export class PathWatch {
  #roundTripMs: number | null = null;
  #metered: boolean | null = null;
  #firstRoundTrip: "quiet" | "told" = "quiet";
  #differentLooks = 0;
  #lostLooks = 0;

  /** A switch ended and was told: what is known of the path begins anew. */
  switched(path: PathState): void {
    this.#roundTripMs = path.roundTripMs;
    this.#metered = path.metered;
    this.#firstRoundTrip = "told";
    this.#differentLooks = 0;
    this.#lostLooks = 0;
  }

  /** What is to be told of this look, or null. */
  look({ state, path }: Look): Marked | null {
    if (state === "lost") {
      this.#lostLooks += 1;
      return this.#lostLooks === LOST_LOOKS ? { event: "pathLost", changed: [] } : null;
    }
    if (state === "moving") return null;
    this.#lostLooks = 0;
    const changed: ChangedField[] = [];
    if (this.#isMeteredNews(path.metered)) changed.push("metered");
    if (this.#isRoundTripNews(path.roundTripMs)) changed.push("roundTrip");
    return changed.length === 0 ? null : { event: "pathChanged", changed };
  }

  #isMeteredNews(metered: boolean | null): boolean {
    if (metered === null || metered === this.#metered) return false;
    const isNews = this.#metered !== null;
    this.#metered = metered;
    return isNews;
  }

  #isRoundTripNews(roundTripMs: number | null): boolean {
    if (roundTripMs === null) return false;
    if (this.#roundTripMs === null) {
      this.#roundTripMs = roundTripMs;
      return this.#firstRoundTrip === "told";
    }
    this.#differentLooks = isMarked(this.#roundTripMs, roundTripMs) ? this.#differentLooks + 1 : 0;
    if (this.#differentLooks < MARKED_LOOKS) return false;
    this.#differentLooks = 0;
    this.#roundTripMs = roundTripMs;
    return true;
  }
}

function isMarked(before: number, now: number): boolean {
  const [less, more] = before < now ? [before, now] : [now, before];
  return more - less >= MARKED_MS && more >= less * MARKED_FACTOR;
}
