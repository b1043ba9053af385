/** So many are told apart; what comes after them is only counted. */
const MAX_REMEMBERED = 256;

/** Remembers what the log was told already, so that a program that tries again does not fill it. */
export class LoggedOnce {
  readonly #told = new Set<string>();

  /** Whether `what` is to be logged, which it then was. */
  isNew(what: string): boolean {
    if (this.#told.has(what) || this.#told.size >= MAX_REMEMBERED) return false;
    this.#told.add(what);
    return true;
  }

  forgetAll(): void {
    this.#told.clear();
  }
}
