import type { Link } from "./link.ts";

/** So many wait at most; what comes beyond is closed, as all links of complete streams could be. */
const MAX_SETTLING = 256;

interface Settling {
  readonly link: Link;
  /** Number of the message of the record that the peer has to have. */
  readonly settledBy: number;
}

/**
 * Links of complete streams that may carry others as soon as SNAPT has taken in that their streams
 * are complete. What CNAPT said on one before would be read as payload.
 */
export class SettlingLinks {
  readonly #isAcknowledged: (message: number) => boolean;
  readonly #settled: (link: Link) => void;
  #waiting: Settling[] = [];

  /** `settled` takes a link that may be used again. */
  constructor(
    isAcknowledged: (message: number) => boolean,
    settled: (link: Link) => void,
  ) {
    this.#isAcknowledged = isAcknowledged;
    this.#settled = settled;
  }

  add(link: Link, settledBy: number): void {
    if (this.#isAcknowledged(settledBy)) return this.#settled(link);
    if (this.#waiting.length >= MAX_SETTLING) return link.close();
    this.#waiting.push({ link, settledBy });
  }

  /** SNAPT may have acknowledged more. */
  look(): void {
    const { length } = this.#waiting;
    let count = 0;
    // They were made in the order of their numbers.
    while (count < length && this.#isAcknowledged(this.#waiting[count]?.settledBy ?? 0)) count += 1;
    if (count === 0) return;
    for (const { link } of this.#waiting.splice(0, count)) this.#settled(link);
  }

  close(): void {
    for (const { link } of this.#waiting.splice(0)) link.close();
  }
}
