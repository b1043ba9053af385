/**
 * So many ranges are told apart. Beyond that the oldest gap is taken for filled: a number in it was
 * handed out long ago and never came.
 */
export const MAX_RANGES = 4_096;

/**
 * A set of non-negative integers kept as ranges. Stream numbers are handed out in order, so
 * the set of all streams a session ever saw is one or two ranges however long it lives. What the
 * peer makes of it costs at most the search among `MAX_RANGES`.
 */
export class NumberSet {
  /** Disjoint, sorted, not touching; `[first, last]` both included. */
  readonly #ranges: [number, number][] = [];

  get rangeCount(): number {
    return this.#ranges.length;
  }

  has(value: number): boolean {
    const before = this.#ranges[this.#countUpTo(value) - 1];
    return before !== undefined && value <= before[1];
  }

  add(value: number): void {
    const i = this.#countUpTo(value);
    const before = this.#ranges[i - 1];
    const after = this.#ranges[i];
    if (before !== undefined && value <= before[1]) return;
    const joinsBefore = before !== undefined && before[1] === value - 1;
    const joinsAfter = after !== undefined && after[0] === value + 1;
    if (joinsBefore && joinsAfter) {
      before[1] = after[1];
      this.#ranges.splice(i, 1);
    } else if (joinsBefore) before[1] = value;
    else if (joinsAfter) after[0] = value;
    else this.#insert(i, value);
  }

  /** How many ranges begin at `value` or before. */
  #countUpTo(value: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.[0] ?? Infinity) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, value: number): void {
    this.#ranges.splice(at, 0, [value, value]);
    const [oldest, next] = this.#ranges;
    if (this.#ranges.length <= MAX_RANGES || oldest === undefined || next === undefined) return;
    oldest[1] = next[1];
    this.#ranges.splice(1, 1);
  }
}
