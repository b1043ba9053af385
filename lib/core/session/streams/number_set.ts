/**
 * A set of non-negative integers kept as ranges. Stream numbers are handed out in order, so
 * the set of all streams a session ever saw is one or two ranges however long it lives.
 */
export class NumberSet {
  /** Disjoint, sorted, not touching; `[first, last]` both included. */
  readonly #ranges: [number, number][] = [];

  get rangeCount(): number {
    return this.#ranges.length;
  }

  has(value: number): boolean {
    for (let i = this.#ranges.length - 1; i >= 0; i--) {
      const range = this.#ranges[i];
      if (range === undefined) break;
      if (value >= range[0]) return value <= range[1];
    }
    return false;
  }

  add(value: number): void {
    let i = this.#ranges.length;
    while (i > 0) {
      const range = this.#ranges[i - 1];
      if (range === undefined || range[0] <= value) break;
      i--;
    }
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
    else this.#ranges.splice(i, 0, [value, value]);
  }
}
