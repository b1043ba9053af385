import { monotonicMs } from "../../net/clock.ts";

/** Timers cannot wait longer: they would go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** One timer that goes off at the time that was set last. */
export class DeadlineTimer {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** `at` in ms of the monotonic clock; Infinity for never. */
  set(at: number): void {
    if (at === this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    if (at === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#ring();
    }, Math.min(LONGEST_MS, Math.max(0, at - monotonicMs())));
  }

  /** Goes off at `at` or earlier. */
  pullIn(at: number): void {
    if (at < this.#at) this.set(at);
  }
}
