/**
 * How long a link that nobody uses lives on each network.
 *
 * Theory of operation. A proxy or a NAT on the way ends connections on which nothing was said for as
 * long as it likes, and does not say how long that is. It shows: links that are parked there end by
 * themselves after the same idle time, one group after the other. From then on those that are kept are
 * asked (PING) before that, and fewer are kept, since each costs a question then. What was learned is
 * forgotten after a while, because the network may have become another one.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";

/** Without any such experience a link is asked after so long. */
export const ASK_AFTER_MS = 100_000;
/** A link that ended sooner did so for another reason. */
const SHORTEST_LIFE_MS = 2_000;
/** Links that end so close to one another are one event. */
const TOGETHER_MS = 1_500;
/** Two idle times are the same when they differ by no more than this, or this part. */
const SAME_MS = 1_000;
const SAME_PART = 0.15;
/** What part of its life a link may be idle before it is asked. */
const ASK_PART = 0.7;
/** What was learned holds so long. */
const REMEMBERED_MS = 3_600_000;
/** Where idle links live shorter than this, only so many are kept ahead of need. */
const MOST_PARKED = [{ belowMs: 20_000, most: 1 }, { belowMs: 70_000, most: 2 }] as const;

interface Learned {
  /** How long an idle link lives there; null: nothing is known against it. */
  lifeMs: number | null;
  learnedAt: number;
  /** The last end that was seen: after how long, and when. */
  lastIdleMs: number;
  lastAt: number;
}

export class IdleLives {
  readonly #networks = new Map<ProviderKey, Learned>();

  /** A parked link of `provider` ended by itself after it was idle for `idleMs`. */
  ended(provider: ProviderKey, idleMs: number, now: number): void {
    if (idleMs < SHORTEST_LIFE_MS) return;
    const known = this.#networks.get(provider);
    if (known !== undefined && now - known.lastAt <= TOGETHER_MS) {
      known.lastIdleMs = Math.min(known.lastIdleMs, idleMs);
      return;
    }
    const isAgain = known !== undefined && isSame(known.lastIdleMs, idleMs);
    const lifeMs = isAgain ? Math.min(known.lastIdleMs, idleMs) : this.#lifeOf(provider, now);
    const learnedAt = isAgain ? now : known?.learnedAt ?? now;
    this.#networks.set(provider, { lifeMs, learnedAt, lastIdleMs: idleMs, lastAt: now });
  }

  /** Nobody answers any more on a link of `provider` that was idle for `idleMs`; others do. */
  forgotten(provider: ProviderKey, idleMs: number, now: number): void {
    const life = this.#lifeOf(provider, now) ?? Infinity;
    const lifeMs = Math.max(SHORTEST_LIFE_MS, Math.min(life, idleMs / 2));
    this.#networks.set(provider, { lifeMs, learnedAt: now, lastIdleMs: lifeMs, lastAt: now });
  }

  /** The network is gone: the next one of this name may be another. */
  forget(provider: ProviderKey): void {
    this.#networks.delete(provider);
  }

  /** After how long a link of `provider` that nobody has used is asked, so that it is kept. */
  askAfterMs(provider: ProviderKey, now: number): number {
    return Math.min(ASK_AFTER_MS, ASK_PART * (this.#lifeOf(provider, now) ?? Infinity));
  }

  /** How many links are worth being kept on `provider` ahead of need. */
  mostParked(provider: ProviderKey, now: number): number {
    const life = this.#lifeOf(provider, now) ?? Infinity;
    return MOST_PARKED.find(({ belowMs }) => life < belowMs)?.most ?? Infinity;
  }

  #lifeOf(provider: ProviderKey, now: number): number | null {
    const known = this.#networks.get(provider);
    return known === undefined || now - known.learnedAt >= REMEMBERED_MS ? null : known.lifeMs;
  }
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(SAME_MS, SAME_PART * Math.max(a, b));
}
