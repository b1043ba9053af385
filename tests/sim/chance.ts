import { seededRandom } from "../lab/kit/wire/seeded_random.ts";

/** All that is random in a simulated world, decided by one seed. */
export class Chance {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1));
  }

  /** True in `share` (0 to 1) of the cases. */
  isHit(share: number): boolean {
    return share > 0 && this.#random() < share;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.between(0, values.length - 1)];
    if (value === undefined) throw new RangeError("Cannot pick: there are no values");
    return value;
  }
}
