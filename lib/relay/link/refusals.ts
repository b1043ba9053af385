/**
 * Where connections to SNAPT are refused, and what follows from that.
 *
 * Theory of operation. A network over which they are refused is kept away from for a while, each by
 * itself: SNAPT's side counts by the address that it sees (`on`). Where two in a row are refused soon
 * after another was taken, somebody there limits how many may come. Then none is made for a while, on any
 * network, that nobody waits for (`sparingUntil`): the places go to those that are needed. And the
 * next for those is tried as seldom as such a limit allows, not after half a second, as when SNAPT
 * is perhaps being started again: each try in vain is counted, and puts off the one that is let in.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { RefusalPause } from "./refusal_pause.ts";

/** One that is refused so soon after one was taken is one too many. */
const LIMITED_WITHIN_MS = 60_000;
/** How long places are spared: longer than such limits look back; twice as long each time. */
const SPARING_MS = 35_000;
const LONGEST_SPARING_MS = 900_000;
/** Where nothing had to be spared for so long, it begins with the shortest again. */
const FORGOTTEN_AFTER_MS = 600_000;

/** The refusals of one site. */
export class Refusals {
  readonly #chance: () => number;
  readonly #pauses = new Map<ProviderKey, RefusalPause>();
  readonly #taken = new Map<ProviderKey, { readonly at: number; refused: number }>();
  readonly #last = new Map<ProviderKey, unknown>();
  #sparingMs = SPARING_MS;
  #sparingUntil = -Infinity;

  /** `chance`: evenly from 0 to 1. */
  constructor(chance: () => number) {
    this.#chance = chance;
  }

  /** Until when no connection is made ahead of need; in the past where none is refused. */
  get sparingUntil(): number {
    return this.#sparingUntil;
  }

  /** The pause of `provider`. */
  on(provider: ProviderKey): RefusalPause {
    const known = this.#pauses.get(provider);
    if (known !== undefined) return known;
    const pause = new RefusalPause(this.#chance);
    this.#pauses.set(provider, pause);
    return pause;
  }

  accepted(provider: ProviderKey, now: number): void {
    this.#last.delete(provider);
    this.on(provider).reset();
    this.#taken.set(provider, { at: now, refused: 0 });
  }

  /** What the last dial on `provider` failed with; null: it was taken, or nobody has said. */
  lastOn(provider: ProviderKey): unknown {
    return this.#last.get(provider) ?? null;
  }

  /**
   * `beside`: there is a control link, so it is not for SNAPT being gone. `error`: what is to be said
   * of the network until the next dial.
   */
  refused(
    provider: ProviderKey,
    now: number,
    beside: "alone" | "beside" = "alone",
    error: unknown = null,
  ): void {
    this.#last.set(provider, error);
    const pause = this.on(provider);
    const taken = this.#taken.get(provider);
    const isNext = now >= pause.untilBeside; // those that are refused together are one
    if (taken !== undefined && isNext) taken.refused += 1;
    const isLimited = taken !== undefined && taken.refused > 1 &&
      now - taken.at < LIMITED_WITHIN_MS;
    if (isLimited && beside === "beside") pause.limited(now);
    else pause.refused(now);
    if (isLimited && beside === "beside") this.#spare(now);
    // Perhaps SNAPT is being started again: that is no reason to spare ever longer.
    else if (isLimited) this.#sparingUntil = Math.max(this.#sparingUntil, now + SPARING_MS);
  }

  #spare(now: number): void {
    const idleMs = now - this.#sparingUntil;
    if (idleMs >= FORGOTTEN_AFTER_MS) this.#sparingMs = SPARING_MS;
    else if (idleMs >= 0) this.#sparingMs = Math.min(2 * this.#sparingMs, LONGEST_SPARING_MS);
    this.#sparingUntil = now + this.#sparingMs;
  }
}
