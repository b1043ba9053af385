/** So many links are being opened at once at most; further ones wait for their turn. */
const MAX_CONCURRENT_DIALS = 256;

/** Lets those who dial have their turn, in the order in which they came. */
export class DialTurns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Does `work` when it has its turn. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running >= MAX_CONCURRENT_DIALS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
