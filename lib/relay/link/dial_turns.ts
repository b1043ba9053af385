/** So many links are being opened at once at most; further ones wait for their turn. */
const MAX_CONCURRENT_DIALS = 256;

/** Lets those who dial have their turn, in the order in which they came. */
export class DialTurns {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  /**
   * Does `work` when it has its turn.
   *
   * @throws the reason of `signal`, when that comes first
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (this.#running >= MAX_CONCURRENT_DIALS) await this.#turn(signal);
    signal.throwIfAborted();
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#callNext();
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await promise;
    signal.removeEventListener("abort", onAbort);
    const hadTurn = !this.#waiting.delete(resolve);
    if (!signal.aborted) return;
    // Whoever was called up and has gone away meanwhile leaves the turn to the next.
    if (hadTurn) this.#callNext();
    signal.throwIfAborted();
  }

  #callNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  }
}
