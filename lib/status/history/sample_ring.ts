/** What is measured of a network; null: not known. */
export interface PathSample {
  readonly roundTripMs: number | null;
  /** From 0 to 1. */
  readonly loss: number | null;
  readonly bytesPerSecond: number | null;
}

type Lists = { readonly [Name in keyof PathSample]: readonly (number | null)[] };

/** The last samples of one network, each under its number. */
export class SampleRing {
  readonly #roundTrips: Float32Array;
  readonly #losses: Float32Array;
  readonly #rates: Float32Array;
  readonly #numbers: Float64Array;
  #last = -1;

  constructor(size: number) {
    this.#roundTrips = new Float32Array(size);
    this.#losses = new Float32Array(size);
    this.#rates = new Float32Array(size);
    this.#numbers = new Float64Array(size).fill(-1);
  }

  /** The number of the newest; -1: there is none. */
  get last(): number {
    return this.#last;
  }

  put(number: number, { roundTripMs, loss, bytesPerSecond }: PathSample): void {
    const place = number % this.#numbers.length;
    this.#numbers[place] = number;
    this.#roundTrips[place] = roundTripMs ?? NaN;
    this.#losses[place] = loss ?? NaN;
    this.#rates[place] = bytesPerSecond ?? NaN;
    this.#last = number;
  }

  /** What each of `numbers` measured; null where it was not there. */
  lists(numbers: readonly number[]): Lists {
    return {
      roundTripMs: numbers.map((number) => this.#at(this.#roundTrips, number, 10)),
      loss: numbers.map((number) => this.#at(this.#losses, number, 1_000)),
      bytesPerSecond: numbers.map((number) => this.#at(this.#rates, number, 1)),
    };
  }

  /** As exact as a chart needs it. */
  #at(values: Float32Array, number: number, parts: number): number | null {
    const place = number % values.length;
    const value = values[place] ?? NaN;
    if (this.#numbers[place] !== number || Number.isNaN(value)) return null;
    return Math.round(value * parts) / parts;
  }
}
