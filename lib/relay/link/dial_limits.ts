/**
 * How many connections SNAPT's door takes in a while, as far as it was met: a firewall may let in only a
 * few from one address, and shut out whoever goes on trying (`ufw limit`: 6 in 30 s).
 *
 * Theory of operation. Every dial is told here, by network. Refusals in a row while other links of the
 * same network live are no SNAPT that is being started: there is a limit, and it is remembered, for all
 * networks, as it is SNAPT's; so is how many were let in. From then on links that somebody waits for
 * are dialled one after another and as many as are let in, and those that are only kept ready so
 * seldom that there is mostly room for one that is waited for.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";

/** A limit that was met is believed in for so long. */
const BELIEVED_MS = 600_000;
/** So many refusals in a row, beside links that live, are a limit. */
const REFUSALS = 2;
/** Limits count the connections of so long; nobody says how long it is, and this is usual. */
const WINDOW_MS = 30_000;
/** Fewer would be no use to anybody. */
const LEAST_CAPACITY = 2;
/** Who lets in so many in a window has no limit that matters. */
const MOST_COUNTED = 64;
/** Clocks and ways differ a little. */
const MARGIN_MS = 500;
/** Where there is one, a link that is only kept ready is dialled so long after any other: two in 30 s. */
const SPARE_EVERY_MS = 15_000;

/** Links that somebody waits for, and those that are to be kept ready. */
export interface DialNeed {
  readonly waited: number;
  readonly spare: number;
}

/** How many dials may be under way, and when it is worth asking again. */
export interface DialRoom {
  readonly count: number;
  readonly askAt: number | null;
}

interface Door {
  /** When those dials of the last window were begun that were not refused. */
  taken: number[];
}

export class DialLimits {
  readonly #doors = new Map<ProviderKey, Door>();
  #limitedUntil = -Infinity;
  /** How many connections were let in within a window before the first was refused. */
  #capacity = Infinity;

  begun(provider: ProviderKey, now: number): void {
    const door = this.#doorOf(provider);
    door.taken = [...recent(door, now).slice(1 - MOST_COUNTED), now];
  }

  /** A dial that was begun at `begunAt` was refused. */
  refused(provider: ProviderKey, begunAt: number): void {
    const door = this.#doorOf(provider);
    const index = door.taken.lastIndexOf(begunAt);
    if (index >= 0) door.taken.splice(index, 1);
  }

  /** So many refusals in a row came while other links of `provider` lived. */
  refusedBeside(provider: ProviderKey, inARow: number, now: number): void {
    if (inARow < REFUSALS) return;
    if (!this.isLimited(now)) {
      this.#capacity = Math.max(LEAST_CAPACITY, recent(this.#doorOf(provider), now).length);
    }
    this.#limitedUntil = now + BELIEVED_MS;
  }

  isLimited(now: number): boolean {
    return now < this.#limitedUntil;
  }

  room(provider: ProviderKey, { waited, spare }: DialNeed, now: number): DialRoom {
    if (!this.isLimited(now)) return { count: waited + spare, askAt: null };
    return this.#roomAtLimit(this.#doorOf(provider), { waited, spare }, now);
  }

  /** Whoever comes when the limit is reached is not only refused: it counts against him. */
  #roomAtLimit(door: Door, { waited, spare }: DialNeed, now: number): DialRoom {
    const taken = recent(door, now);
    const [first = now] = taken;
    if (taken.length >= this.#capacity) {
      return { count: 0, askAt: first + WINDOW_MS + MARGIN_MS };
    }
    if (waited > 0) return { count: 1, askAt: null };
    const spareAt = (taken.at(-1) ?? -Infinity) + SPARE_EVERY_MS;
    return now < spareAt
      ? { count: 0, askAt: spareAt }
      : { count: Math.min(spare, 1), askAt: null };
  }

  #doorOf(provider: ProviderKey): Door {
    const known = this.#doors.get(provider);
    if (known !== undefined) return known;
    const door: Door = { taken: [] };
    this.#doors.set(provider, door);
    return door;
  }
}

/** Those of the window that ends at `now`. */
function recent({ taken }: Door, now: number): number[] {
  return taken.filter((at) => at > now - WINDOW_MS - MARGIN_MS);
}
