/** A histogram at one moment. */
export interface HistogramSnapshot {
  /** Upper bounds of the buckets, rising; what is above the last is in none of them. */
  readonly bounds: readonly number[];
  /** How many values there are up to each bound. */
  readonly upTo: readonly number[];
  readonly count: number;
  readonly sum: number;
}

/** How often values of which size occurred since the start. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #upTo: number[];
  #count = 0;
  #sum = 0;

  /** `bounds`: rising, in the unit of the values. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#upTo = bounds.map(() => 0);
  }

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    for (const [index, bound] of this.#bounds.entries()) {
      if (value <= bound) this.#upTo[index] = (this.#upTo[index] ?? 0) + 1;
    }
  }

  snapshot(): HistogramSnapshot {
    return {
      bounds: this.#bounds,
      upTo: [...this.#upTo],
      count: this.#count,
      sum: this.#sum,
    };
  }
}
