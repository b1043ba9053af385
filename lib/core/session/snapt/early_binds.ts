import type { LinkId } from "../../stream/link_id.ts";
import type { Bind } from "../../wire/message.ts";

/** CNAPT tries another link long before; what came earlier is not waited for any more. */
export const EARLY_FOR_MS = 10_000;

export interface EarlyBind {
  readonly link: LinkId;
  readonly bind: Bind;
}

interface Kept extends EarlyBind {
  readonly until: number;
}

/**
 * BIND frames of an epoch that the session has not reached yet: they overtook its switch message.
 * Nobody reads these links meanwhile, so a session keeps one for each stream at most, and not for
 * long: the switch message follows at once, or CNAPT has gone.
 */
export class EarlyBinds {
  readonly #most: number;
  readonly #kept = new Map<number, Kept>();

  /** `most`: no more than so many are kept, as many as the session may have streams. */
  constructor(most: number) {
    this.#most = most;
  }

  /** When the oldest is not waited for any longer; Infinity when there is none. */
  get deadline(): number {
    const [oldest] = this.#kept.values();
    return oldest?.until ?? Infinity;
  }

  /** The link that is not wanted then: the older one of the same stream, or this one, or none. */
  keep({ link, bind }: EarlyBind, now: number): LinkId | null {
    const older = this.#kept.get(bind.stream);
    if (older === undefined && this.#kept.size >= this.#most) return link;
    if (older !== undefined && older.bind.binding >= bind.binding) return link;
    this.#kept.delete(bind.stream);
    this.#kept.set(bind.stream, { link, bind, until: now + EARLY_FOR_MS });
    return older?.link ?? null;
  }

  /** Lets go of all, in the order in which they came. */
  takeAll(): readonly EarlyBind[] {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    return kept;
  }

  /** Lets go of those that were waited for long enough. */
  takeOverdue(now: number): readonly EarlyBind[] {
    const overdue = [...this.#kept.values()].filter(({ until }) => until <= now);
    for (const { bind } of overdue) this.#kept.delete(bind.stream);
    return overdue;
  }
}
