import { setImmediate } from "node:timers";
import type { Clock, Timer } from "../lib/relay/run/clock.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/** A clock that stands still until a test lets time pass. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #due = new Set<Due>();

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#now);
  }

  timer(delayMs: number, ring: () => void): Timer {
    const due = { at: this.#now + Math.max(0, delayMs), order: this.#order++, ring };
    this.#due.add(due);
    return { cancel: () => this.#due.delete(due) };
  }

  /** There are no sockets to be looked at. */
  turn(go: () => void): void {
    queueMicrotask(go);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#due.size;
  }

  /** Lets `ms` pass: each timer goes off at its time, and what follows from it happens first. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#first(end); next !== null; next = this.#first(end)) {
      this.#due.delete(next);
      this.#now = next.at;
      next.ring();
      await settle();
    }
    this.#now = end;
  }

  #first(until: number): Due | null {
    let first: Due | null = null;
    for (const due of this.#due) {
      if (due.at > until) continue;
      if (
        first === null || due.at < first.at || (due.at === first.at && due.order < first.order)
      ) first = due;
    }
    return first;
  }
}

/** Resolves when everything that only waits for promises has happened. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
