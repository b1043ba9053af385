/**
 * The clock of a program that may stand still: with its machine, which sleeps, or by itself, when it
 * is stopped or gets no processor.
 *
 * Theory of operation. Every time-out says that a peer, or a network, was given its time. While the
 * program stands still nobody is: what arrives lies unread, and of a machine that sleeps nothing
 * goes out. So this clock counts no time in which the program stood still, and no timer rings before
 * its delay has passed on it. It looks at the time once a second; when far more has passed since
 * anybody asked, the program stood still for so long. The monotonic clock of the system itself
 * stands still while the machine sleeps; then only the difference to a clock that runs on tells.
 *
 * Whoever holds connections is told when it was for long: they are not to be trusted any more.
 */
import type { Clock, Timer } from "./clock.ts";

const LOOK_MS = 1_000;
/** A program that was not asked for the time for so long stood still; less is a busy machine. */
const STOOD_MS = 2_500;
/** After so long those who hold connections are told. */
const SLEPT_MS = 10_000;
/** Timers of the runtime may ring so much too early. */
const EARLY_MS = 2;

export class AwakeClock implements Clock {
  readonly #machine: Clock;
  readonly #bootMs: () => number;
  /** The machine's time when it was asked for last; null while nobody looks regularly. */
  #seenAt: number | null = null;
  /** How much of the machine's time does not count. */
  #lostMs = 0;
  /** What nobody was told of yet. */
  #stoodMs = 0;

  /** `bootMs`: a clock that runs on while the machine sleeps; only differences count. */
  constructor(machine: Clock, bootMs: () => number) {
    this.#machine = machine;
    this.#bootMs = bootMs;
  }

  now(): number {
    const at = this.#machine.now();
    if (this.#seenAt === null) return at;
    const passedMs = at - this.#seenAt;
    if (passedMs > STOOD_MS) {
      this.#lostMs += passedMs;
      this.#stoodMs += passedMs;
    }
    this.#seenAt = at;
    return at - this.#lostMs;
  }

  date(): Date {
    return this.#machine.date();
  }

  timer(delayMs: number, ring: () => void): Timer {
    const due = this.now() + delayMs;
    const wait = () =>
      this.#machine.timer(Math.max(0, due - this.now()), () => {
        if (this.now() < due - EARLY_MS) current = wait();
        else ring();
      });
    let current = wait();
    return { cancel: () => current.cancel() };
  }

  turn(go: () => void): void {
    this.#machine.turn(go);
  }

  /** Looks from now on; `woke` is told for how many ms the program stood still, when it was long. */
  watch(woke: (sleptMs: number) => void): Timer {
    this.#seenAt = this.#machine.now();
    let lookedAt = this.#seenAt;
    let bootAt = this.#bootMs();
    const look = () => {
      timer = this.#machine.timer(LOOK_MS, look);
      this.now();
      const [at, boot] = [this.#machine.now(), this.#bootMs()];
      const asleepMs = boot - bootAt - (at - lookedAt);
      [lookedAt, bootAt] = [at, boot];
      if (asleepMs > STOOD_MS) this.#stoodMs += asleepMs;
      const stoodMs = this.#stoodMs;
      this.#stoodMs = 0;
      if (stoodMs >= SLEPT_MS) woke(stoodMs);
    };
    let timer = this.#machine.timer(LOOK_MS, look);
    return { cancel: () => timer.cancel() };
  }
}
