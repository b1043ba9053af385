import type { Clock, Timer } from "../lib/relay/run/clock.ts";

/**
 * A machine that can sleep, on a clock that tests move: its own monotonic clock stands still
 * meanwhile, its timers wait, and only `bootMs` runs on.
 */
export class SleepyMachine implements Clock {
  readonly #world: Clock;
  readonly #waiting: (() => void)[] = [];
  #sleptMs = 0;
  #asleepSince: number | null = null;

  constructor(world: Clock) {
    this.#world = world;
  }

  now(): number {
    return (this.#asleepSince ?? this.#world.now()) - this.#sleptMs;
  }

  date(): Date {
    return this.#world.date();
  }

  bootMs(): number {
    return this.#world.now();
  }

  timer(delayMs: number, ring: () => void): Timer {
    const due = this.now() + delayMs;
    let current: Timer | null = null;
    let state: "waiting" | "over" = "waiting";
    const wait = () => {
      if (state === "over") return;
      current = this.#world.timer(Math.max(0, due - this.now()), () => {
        if (this.#asleepSince !== null) this.#waiting.push(wait);
        else if (this.now() < due) wait();
        else {
          state = "over";
          ring();
        }
      });
    };
    wait();
    return {
      cancel: () => {
        state = "over";
        current?.cancel();
      },
    };
  }

  turn(go: () => void): void {
    this.#world.turn(go);
  }

  fallAsleep(): void {
    this.#asleepSince ??= this.#world.now();
  }

  wakeUp(): void {
    if (this.#asleepSince === null) return;
    this.#sleptMs += this.#world.now() - this.#asleepSince;
    this.#asleepSince = null;
    for (const wait of this.#waiting.splice(0)) wait();
  }
}
