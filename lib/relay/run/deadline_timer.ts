import type { Clock, Timer } from "./clock.ts";

/** One timer that goes off at the time that was set last; `clock` is the task group it belongs to. */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | null = null;
  #at = Infinity;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** `at` in ms of the clock; Infinity for never. */
  set(at: number): void {
    if (at === this.#at) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#at = at;
    if (at === Infinity) return;
    this.#timer = this.#clock.timer(Math.max(0, at - this.#clock.now()), () => {
      this.#at = Infinity;
      this.#ring();
    });
  }

  /** Goes off at `at` or earlier. */
  pullIn(at: number): void {
    if (at < this.#at) this.set(at);
  }
}
