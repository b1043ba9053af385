import type { RandomBytes } from "../random_bytes.ts";

/** Of ten messages, so many are right in everything. */
const RIGHT_OF_TEN = 8;
const MAX_U32 = 2 ** 32 - 1;

/** The numbers of a hostile peer: most of its messages are right, the others nearly. */
export class NearNumbers {
  readonly #random: RandomBytes;
  #mood: "right" | "nearly" = "right";

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  /** What follows is another message. */
  begin(): void {
    this.#mood = this.#random.below(9) < RIGHT_OF_TEN ? "right" : "nearly";
  }

  /** `right`, or in a message that is nearly right perhaps a number beside it or at a bound. */
  of(right: number, max = MAX_U32): number {
    const random = this.#random;
    if (this.#mood === "right" || random.below(1) === 0) return Math.min(right, max);
    const others = [right - 1, right + 1, right + 2, 0, 1, max, random.integer(max)];
    return Math.max(0, Math.min(random.pick(others), max));
  }

  /** A position in a stream. */
  position(right: number): number {
    return this.of(right, Number.MAX_SAFE_INTEGER);
  }
}
