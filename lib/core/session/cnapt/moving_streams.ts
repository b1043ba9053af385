/**
 * The streams whose inbound direction has yet to leave the old links of a planned switch. The
 * last one that leaves is told to `drained`, as is that there was none.
 */
export class MovingStreams {
  readonly #ids = new Set<number>();
  readonly #drained: (now: number) => void;

  /** `drained`: nothing is under way any more; called again after each later change. */
  constructor(drained: (now: number) => void) {
    this.#drained = drained;
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  add(id: number): void {
    this.#ids.add(id);
  }

  /** Its old link is given up: what was under way on it is sent again. Nothing is told. */
  giveUp(id: number): void {
    this.#ids.delete(id);
  }

  /** It has arrived, or is gone. */
  arrived(id: number, now: number): void {
    if (this.#ids.delete(id)) this.tellIfDrained(now);
  }

  all(): readonly number[] {
    return [...this.#ids];
  }

  /** Gives up what still moves; returns what that was. */
  giveUpAll(): readonly number[] {
    const ids = [...this.#ids];
    this.#ids.clear();
    return ids;
  }

  tellIfDrained(now: number): void {
    if (this.#ids.size === 0) this.#drained(now);
  }
}
