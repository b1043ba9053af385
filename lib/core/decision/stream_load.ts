/**
 * What streams move now, which is what a network that they are moved to has to carry.
 *
 * Theory of operation. What went through since the last look is added up until a second is over;
 * the best of the last seconds is the load, as a download pauses now and then. It is a lower bound
 * of what the path can do, since applications may have had no more to say.
 */

/** Bytes per second in each direction, as CNAPT sees it. */
export interface Load {
  readonly down: number;
  readonly up: number;
}

export const NO_LOAD: Load = { down: 0, up: 0 };

/** Payload that arrived at its end so far, of each stream. */
export interface StreamBytes {
  readonly down: number;
  readonly up: number;
}

const SECOND_MS = 1_000;
const KEPT_SECONDS = 10;
/** Less than this is typed, not loaded; and more than any network of 64 kbit/s carries. */
const LOADED_BYTES_PER_SECOND = 16_384;

/** Whether a path carries so much that it shows what it can do. */
export function isLoaded({ down, up }: Load): boolean {
  return down + up >= LOADED_BYTES_PER_SECOND;
}

export class StreamLoad {
  readonly #seconds: Load[] = [];
  #before: ReadonlyMap<number, StreamBytes> = new Map();
  #since: number | null = null;
  #down = 0;
  #up = 0;

  /** `streams`: what each has moved since it began, by its number. */
  look(streams: ReadonlyMap<number, StreamBytes>, now: number): void {
    for (const [id, { down, up }] of streams) {
      const before = this.#before.get(id);
      this.#down += Math.max(0, down - (before?.down ?? 0));
      this.#up += Math.max(0, up - (before?.up ?? 0));
    }
    this.#before = streams;
    if (this.#since === null) return this.#begin(now);
    const passed = now - this.#since;
    if (passed < SECOND_MS) return;
    const each = (bytes: number) => Math.round(bytes * 1_000 / passed);
    this.#seconds.push({ down: each(this.#down), up: each(this.#up) });
    if (this.#seconds.length > KEPT_SECONDS) this.#seconds.shift();
    this.#begin(now);
  }

  /** Another path: what went through the old one says nothing. */
  restart(): void {
    this.#seconds.length = 0;
    this.#since = null;
  }

  /** The best of the last seconds. */
  get best(): Load {
    return {
      down: Math.max(0, ...this.#seconds.map(({ down }) => down)),
      up: Math.max(0, ...this.#seconds.map(({ up }) => up)),
    };
  }

  #begin(now: number): void {
    this.#since = now;
    this.#down = 0;
    this.#up = 0;
  }
}
