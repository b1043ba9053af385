/** Why somebody who named a SNAPT was not joined to it. */
export type CallerRefusal = "full" | "absent";

/** In which direction something was carried. */
export type CarriedTo = "snapt" | "caller";

/**
 * What a relay knows of a SNAPT since it was started: it outlives what is kept of one that is there.
 */
export class SnaptRecord {
  readonly name: string;
  /** How many callers were joined to it. */
  connections = 0;
  readonly carriedBytes: Record<CarriedTo, number> = { snapt: 0, caller: 0 };
  readonly refused: Record<CallerRefusal, number> = { full: 0, absent: 0 };
  #from: string | null = null;
  #since: Date | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** Where its control connection comes from; null: it has none. */
  get from(): string | null {
    return this.#from;
  }

  /** Since when that is so; null: it was never there. */
  get since(): Date | null {
    return this.#since;
  }

  attached(from: string, at: Date): void {
    this.#from = from;
    this.#since = at;
  }

  detached(at: Date): void {
    this.#from = null;
    this.#since = at;
  }

  carried(bytes: number, to: CarriedTo): void {
    this.carriedBytes[to] += bytes;
  }
}
