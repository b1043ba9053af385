import type { Clock } from "./clock.ts";

/** How often something may happen: so many times at once, and so many a second in the long run. */
export class FrequencyLimit {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #perSecond: number;
  #left: number;
  #since: number;

  constructor(clock: Clock, { atOnce, perSecond }: { atOnce: number; perSecond: number }) {
    this.#clock = clock;
    this.#atOnce = atOnce;
    this.#perSecond = perSecond;
    this.#left = atOnce;
    this.#since = clock.now();
  }

  /** Takes one; ms until it may happen, 0: now. */
  take(): number {
    const now = this.#clock.now();
    const gained = (now - this.#since) * this.#perSecond / 1_000;
    this.#left = Math.min(this.#atOnce, this.#left + gained) - 1;
    this.#since = now;
    return this.#left >= 0 ? 0 : -this.#left * 1_000 / this.#perSecond;
  }

  /** One that was taken does not happen: nobody has to wait for it. */
  giveBack(): void {
    this.#left += 1;
  }
}
