import { seededRandom } from "../lab/kit/wire/seeded_random.ts";

/** Code points at which encoders like to go wrong; none is a lone surrogate. */
const CHARACTERS = [
  "a",
  "-",
  "\0",
  "\n",
  "\x1b",
  "\x7f",
  "ü",
  "€",
  "\uFEFF",
  "\uFFFD",
  "\u{1F680}",
];

const encoder = new TextEncoder();

/** Everything random that a fuzz test needs, all of it decided by one seed. */
export class RandomBytes {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** From 0 to `max`, evenly. */
  below(max: number): number {
    return Math.floor(this.#random() * (max + 1));
  }

  /** From 0 to `max`: each bound and each order of magnitude as likely as the other. */
  integer(max: number): number {
    const edge = this.below(7);
    if (edge === 0) return 0;
    if (edge === 1) return max;
    const bits = this.below(53);
    return Math.min(max, Math.floor(this.#random() * 2 ** bits));
  }

  /** A length up to `max`: mostly a few, sometimes all. */
  size(max: number): number {
    return this.below(15) === 0 ? this.below(max) : this.below(Math.min(max, 4));
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: count }, () => this.below(0xff));
  }

  /** Text of at most `maxBytes` of UTF-8. */
  text(maxBytes: number): string {
    let text = "";
    for (let left = this.size(maxBytes); left > 0;) {
      const character = this.pick(CHARACTERS);
      left -= encoder.encode(character).length;
      if (left >= 0) text += character;
    }
    return text;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length - 1)];
    if (value === undefined) throw new RangeError("Cannot pick: there are no values");
    return value;
  }

  /** `bytes` with some changed, inserted, left out, doubled, or cut off. */
  mutated(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    let list = [...bytes];
    for (let changes = 1 + this.below(3); changes > 0; changes -= 1) {
      const at = this.below(list.length);
      const count = this.size(8);
      switch (this.pick(["change", "flip", "insert", "remove", "double", "cut"])) {
        case "change":
          list[at] = this.pick([0, 1, 0x7f, 0x80, 0xff, this.below(0xff)]);
          break;
        case "flip":
          list[at] = (list[at] ?? 0) ^ (1 << this.below(7));
          break;
        case "insert":
          list.splice(at, 0, ...this.bytes(count));
          break;
        case "remove":
          list.splice(at, count);
          break;
        case "double":
          list.splice(at, 0, ...list.slice(at, at + count));
          break;
        case "cut":
          list = list.slice(0, at);
          break;
      }
    }
    return Uint8Array.from(list);
  }
}
