/** Within so long no stream is to be bound more than `MOST_BINDS` times. */
const WINDOW_MS = 1_000;
/**
 * Each switch binds a stream anew, and networks that fail at once do; where links end as soon as
 * they are bound, the relays pause. More than this is a loop.
 */
export const MOST_BINDS = 10;

/** Counts how often each stream is bound, and fails where one is bound in a loop. */
export class BindRate {
  readonly #times = new Map<number, number[]>();
  #highest = 0;

  /** The most BINDs that any stream had within a second. */
  get highest(): number {
    return this.#highest;
  }

  /** BIND of `stream` goes out. @throws {Error} once more than is reasonable */
  bound(stream: number, now: number): void {
    const times = this.#times.get(stream) ?? [];
    this.#times.set(stream, times);
    times.push(now);
    while ((times[0] ?? now) <= now - WINDOW_MS) times.shift();
    this.#highest = Math.max(this.#highest, times.length);
    if (times.length > MOST_BINDS) {
      throw new Error(`Stream ${stream} was bound ${times.length} times within ${WINDOW_MS} ms`);
    }
  }
}
