/**
 * How long those who have much to do may do it, before everybody else has his turn.
 *
 * Theory of operation. A read or write that can be done at once is done at once, without a turn of
 * the event loop in between; and as long as there is something to be done, the runtime hardly ever
 * looks at the sockets of those who have waited. So a few busy streams, or one peer who sends
 * without a pause, would have everything for themselves. Whoever reads and writes in a loop
 * therefore notes each piece of work here. When that has gone on for some milliseconds, all of them
 * wait until the sockets have been looked at; what came there, a keystroke, is dealt with first.
 */
import type { Clock } from "./clock.ts";

/** So long those who work on and on may do so before everybody else is looked at. */
const TURN_MS = 2;
/** Who has done less than this since then is not working on and on, however long it took. */
const UNITS_PER_TURN = 32;
/** So many bytes are a unit; an operation with hardly any is a part of one. */
const BYTES_PER_UNIT = 64 * 1024;
const SMALLEST_UNITS = 1 / 4;

/** One for the whole program. */
export class Turns {
  readonly #clock: Clock;
  #waiting: (() => void)[] = [];
  #left = UNITS_PER_TURN;
  #began: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#began = clock.now();
  }

  /** After `bytes` were read or written. Null: go on; otherwise it is the turn of others first. */
  moved(bytes: number): Promise<void> | null {
    this.#left -= SMALLEST_UNITS + bytes / BYTES_PER_UNIT;
    if (this.#waiting.length > 0) return this.others();
    if (this.#left > 0 || this.#clock.now() - this.#began < TURN_MS) return null;
    return this.others();
  }

  /** Resolves after the turn of others, whatever was done before. */
  others(): Promise<void> {
    if (this.#waiting.length === 0) this.#clock.turn(() => this.#begin());
    return new Promise((go) => this.#waiting.push(go));
  }

  #begin(): void {
    this.#left = UNITS_PER_TURN;
    this.#began = this.#clock.now();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
