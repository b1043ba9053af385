/** Datagrams may overtake one another by so many; older ones count as seen. */
export const WINDOW_COUNTERS = 2_048;
const BITS = 32;
const WORDS = WINDOW_COUNTERS / BITS;

/** Knows which counters were seen (RFC 4303, section 3.4.3): each is let through once. */
export class ReplayWindow {
  readonly #words = new Uint32Array(WORDS);
  #highest = -1;

  /** The highest counter let through; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether `counter` was not let through yet and is not too old to know. */
  isFresh(counter: number): boolean {
    if (counter > this.#highest) return true;
    if (this.#highest - counter >= WINDOW_COUNTERS) return false;
    return ((this.#words[wordOf(counter)] ?? 0) & bitOf(counter)) === 0;
  }

  /** Lets `counter` through, once its datagram has proved authentic; false if not fresh. */
  take(counter: number): boolean {
    if (!this.isFresh(counter)) return false;
    if (counter > this.#highest) this.#advance(counter);
    const word = wordOf(counter);
    this.#words[word] = (this.#words[word] ?? 0) | bitOf(counter);
    return true;
  }

  #advance(counter: number): void {
    const from = Math.max(this.#highest + 1, counter - WINDOW_COUNTERS + 1);
    for (let passed = from; passed <= counter; passed++) {
      const word = wordOf(passed);
      this.#words[word] = (this.#words[word] ?? 0) & ~bitOf(passed);
    }
    this.#highest = counter;
  }
}

function wordOf(counter: number): number {
  return Math.floor(counter / BITS) % WORDS;
}

function bitOf(counter: number): number {
  return 1 << counter % BITS;
}
