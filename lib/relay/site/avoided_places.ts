import { placeKey } from "../link/place_target.ts";
import type { SnaptPlace } from "../link/snapt_places.ts";
import type { Clock } from "../run/clock.ts";

/** A place is left alone for so long, twice as long each time, */
const FIRST_AVOIDED_MS = 60_000;
const LONGEST_AVOIDED_MS = 3_600_000;
/** and of so many places that is kept. */
const MOST_AVOIDED = 32;

/** The places to which a session moved in vain, and is not to move again for a while. */
export class AvoidedPlaces {
  readonly #clock: Clock;
  /** By the key of the place: one that is told anew is the same. */
  readonly #avoided = new Map<string, { readonly until: number; readonly ms: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has({ target }: SnaptPlace): boolean {
    return this.#clock.now() < (this.#avoided.get(placeKey(target))?.until ?? 0);
  }

  add({ target }: SnaptPlace): void {
    const key = placeKey(target);
    const now = this.#clock.now();
    // Who was well for as long as it was avoided at most begins anew.
    const before = this.#avoided.get(key);
    const isRecent = before !== undefined && now < before.until + LONGEST_AVOIDED_MS;
    const ms = Math.min(isRecent ? 2 * before.ms : FIRST_AVOIDED_MS, LONGEST_AVOIDED_MS);
    this.#avoided.delete(key);
    this.#avoided.set(key, { until: now + ms, ms });
    const [oldest] = this.#avoided.keys();
    if (this.#avoided.size > MOST_AVOIDED && oldest !== undefined) this.#avoided.delete(oldest);
  }
}
