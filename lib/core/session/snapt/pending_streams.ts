/**
 * The streams for which SNAPT waits in a switch: they have no link of the new epoch yet, or their
 * old link is not drained. The last one is told to `nonePending`.
 */
export class PendingStreams {
  readonly #ids = new Set<number>();
  readonly #nonePending: (now: number) => void;

  constructor(nonePending: (now: number) => void) {
    this.#nonePending = nonePending;
  }

  add(id: number): void {
    this.#ids.add(id);
  }

  /** The stream is where it should be, or is not waited for any longer. */
  arrived(id: number, now: number): void {
    if (this.#ids.delete(id)) this.tellIfNone(now);
  }

  /** Waits for nothing any longer. Nothing is told. */
  clear(): void {
    this.#ids.clear();
  }

  all(): readonly number[] {
    return [...this.#ids];
  }

  tellIfNone(now: number): void {
    if (this.#ids.size === 0) this.#nonePending(now);
  }
}
