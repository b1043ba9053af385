/**
 * A bound on the memory that rings may take together, in bytes. Budgets nest: a stream's ring
 * takes from its session's budget, which takes from the one of the process, so one greedy session
 * cannot starve the machine.
 */
export class MemoryBudget {
  readonly #limit: () => number;
  readonly #parent: MemoryBudget | null;
  #usedBytes = 0;
  #shortages = 0;

  /** `limitBytes`: what it is at each moment, where it changes; what was taken stays. */
  constructor(limitBytes: number | (() => number), parent: MemoryBudget | null = null) {
    this.#limit = typeof limitBytes === "number" ? () => limitBytes : limitBytes;
    this.#parent = parent;
  }

  get limitBytes(): number {
    return this.#limit();
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** How often there would have been room here, but not in a budget above. */
  get shortages(): number {
    return this.#shortages;
  }

  /** Takes `bytes` here and in every budget above, or nowhere. */
  tryReserve(bytes: number): boolean {
    if (this.#usedBytes + bytes > this.limitBytes) return false;
    if (this.#parent !== null && !this.#parent.tryReserve(bytes)) {
      this.#shortages += 1;
      return false;
    }
    this.#usedBytes += bytes;
    return true;
  }

  /** Takes `bytes` even past the limit: the few kilobytes without which a stream cannot exist. */
  reserveMinimum(bytes: number): void {
    this.#parent?.reserveMinimum(bytes);
    this.#usedBytes += bytes;
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes;
    this.#parent?.release(bytes);
  }
}
