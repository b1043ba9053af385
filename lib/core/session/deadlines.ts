/**
 * The named deadlines of a session. Time is an argument everywhere: the shell asks for the
 * `next` deadline, sleeps, and calls back; the session takes those that are due.
 */
export class Deadlines<Name extends string> {
  readonly #at = new Map<Name, number>();
  #next = Infinity;

  /** The earliest deadline in ms of the shell's monotonic clock; Infinity when there is none. */
  get next(): number {
    return this.#next;
  }

  /** When the deadline comes; Infinity where it is not set. */
  at(name: Name): number {
    return this.#at.get(name) ?? Infinity;
  }

  set(name: Name, at: number): void {
    this.#at.set(name, at);
    this.#recount();
  }

  /** Sets the deadline unless it is set already. */
  setIfUnset(name: Name, at: number): void {
    if (!this.#at.has(name)) this.set(name, at);
  }

  /** Makes the deadline come no later than `at`. */
  pullIn(name: Name, at: number): void {
    if (this.at(name) > at) this.set(name, at);
  }

  /** Makes the deadline, if there is one, come no later than `at`. */
  hasten(name: Name, at: number): void {
    if (this.#at.has(name)) this.pullIn(name, at);
  }

  clear(name: Name): void {
    if (this.#at.delete(name)) this.#recount();
  }

  clearAll(): void {
    this.#at.clear();
    this.#next = Infinity;
  }

  /**
   * Removes and returns the earliest deadline that has come, or null. One at a time, because what
   * the first leads to may call the next off; after a sleep all of them come at once.
   */
  takeDue(now: number): Name | null {
    if (now < this.#next) return null;
    for (const [name, at] of this.#at) {
      if (at > this.#next) continue;
      this.clear(name);
      return name;
    }
    return null;
  }

  #recount(): void {
    this.#next = Math.min(Infinity, ...this.#at.values());
  }
}
