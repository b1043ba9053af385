import { setImmediate } from "node:timers";
import type { Clock } from "../../lib/relay/run/clock.ts";

/**
 * A delay that is none at all only by rounding: whoever waits for a time and looks whether it has come
 * would wait for it for ever, as the clock stands still meanwhile.
 */
const LEAST_MS = 2 ** -20;

/** Something that will happen, and that may still be called off. */
export interface Planned {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/**
 * The clock of a simulated world: a heap of events. Time stands still while an event runs and
 * then jumps to the next one; events of the same time run in the order in which they were made.
 *
 * What ships is written with promises. `turn` therefore runs one event and then lets everything
 * happen that only waits for promises: that takes no time of the world, and its order is always
 * the same, because nothing outside the world is ever waited for.
 */
export class VirtualTime {
  /** The same clock as the shell sees it. */
  readonly clock: Clock;
  readonly #heap: Planned[] = [];
  readonly #checks: (() => void)[] = [];
  #now = 0;
  #order = 0;
  #events = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor() {
    this.clock = {
      now: () => this.#now,
      date: () => new Date(this.#now),
      timer: (delayMs, ring) => {
        const planned = this.after(delayMs, ring);
        return { cancel: () => this.cancel(planned) };
      },
      turn: (go) => this.soon(go),
    };
  }

  /** Milliseconds since the world began. */
  get now(): number {
    return this.#now;
  }
  /** How many events have run. */
  get events(): number {
    return this.#events;
  }

  after(ms: number, run: () => void): Planned {
    const at = this.#now + (ms > 0 ? Math.max(LEAST_MS, ms) : 0);
    const planned = { at, order: this.#order++, run };
    this.#push(planned);
    return planned;
  }

  /** At this time, but not within what runs now: as a resolved promise continues. */
  soon(run: () => void): Planned {
    return this.after(0, run);
  }

  /** The machine sleeps: what was to happen meanwhile happens late. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  cancel(planned: Planned | null): void {
    if (planned !== null) planned.run = null;
  }

  /** Something is wrong that must never be; the turn it happens in fails with it. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** `check` throws when something does not hold; called after every turn. */
  checkAlways(check: () => void): void {
    this.#checks.push(check);
  }

  /** Runs the next event and all that follows from it at once; false when there is none. */
  async turn(): Promise<boolean> {
    if (!this.step()) return false;
    await settle();
    if (this.#failure !== null) throw this.#failure.error;
    for (const check of this.#checks) check();
    return true;
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) {
      if (next.run === null) continue;
      this.#now = Math.max(this.#now, next.at);
      this.#events += 1;
      next.run();
      return true;
    }
    return false;
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !isBefore(planned, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = planned;
  }

  #pop(): Planned | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Resolves when everything that only waits for promises has happened. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
