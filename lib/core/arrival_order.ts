interface Place<T> {
  readonly value: T;
  before: Place<T> | null;
  after: Place<T> | null;
}

/**
 * Values in the order in which they came. The oldest is found at once, however many have come and
 * gone; the keys of a `Map` are in that order too, but to find the first one the runtime walks over
 * all that were deleted before it.
 */
export class ArrivalOrder<T> {
  readonly #places = new Map<T, Place<T>>();
  #first: Place<T> | null = null;
  #last: Place<T> | null = null;

  get size(): number {
    return this.#places.size;
  }
  get oldest(): T | undefined {
    return this.#first?.value;
  }

  /** Puts `value` at the end, also when it is here already. */
  add(value: T): void {
    this.delete(value);
    const place: Place<T> = { value, before: this.#last, after: null };
    if (this.#last === null) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#places.set(value, place);
  }

  delete(value: T): void {
    const place = this.#places.get(value);
    if (place === undefined) return;
    this.#places.delete(value);
    const { before, after } = place;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
  }
}
