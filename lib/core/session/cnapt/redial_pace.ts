/**
 * How soon SNAPT is looked for again after a search that found nothing. A network that is back is
 * noticed by its events; looking all the same is for those that work again without any. Who has been
 * away for hours is asleep, or where there is none, and a laptop has to spare its battery.
 */
const PACES = [
  { untilMs: 900_000, pauseMs: 500 },
  { untilMs: 7_200_000, pauseMs: 2_000 },
] as const;
const SLOWEST_MS = 10_000;

/** Remembers since when SNAPT has been looked for in vain; times in ms of one clock. */
export class RedialPace {
  #since: number | null = null;

  /** A search found nothing: after how many ms the next one begins. */
  pauseMs(now: number): number {
    this.#since ??= now;
    const lookedForMs = now - this.#since;
    return PACES.find(({ untilMs }) => lookedForMs < untilMs)?.pauseMs ?? SLOWEST_MS;
  }

  /** SNAPT was found, or something happened that makes it likely. */
  reset(): void {
    this.#since = null;
  }
}
