import { ArrivalOrder } from "../arrival_order.ts";

/** How many bytes each of many askers may be given. */
export interface AllowanceTerms {
  /** So many at once. */
  readonly atOnceBytes: number;
  /** So many in the long run. */
  readonly bytesPerSecond: number;
}

/** Of so many askers it is remembered what they took; then the one that asked longest ago is not. */
export const MAX_REMEMBERED = 4_096;

interface Account {
  readonly usedBytes: number;
  readonly at: number;
}

/** What each asker has taken lately, and what it may take still. */
export class ByteAllowance {
  readonly #terms: AllowanceTerms;
  readonly #accounts = new Map<string, Account>();
  readonly #order = new ArrivalOrder<string>();

  constructor(terms: AllowanceTerms) {
    this.#terms = terms;
  }

  /** Of how many it is remembered what they took. */
  get remembered(): number {
    return this.#accounts.size;
  }

  /** Whether `asker` may take so many at `now`. */
  hasRoom(asker: string, bytes: number, now: number): boolean {
    return this.#used(asker, now) + bytes <= this.#terms.atOnceBytes;
  }

  take(asker: string, bytes: number, now: number): void {
    this.#accounts.set(asker, { usedBytes: this.#used(asker, now) + bytes, at: now });
    this.#order.add(asker);
    const { oldest } = this.#order;
    if (this.#accounts.size <= MAX_REMEMBERED || oldest === undefined) return;
    this.#accounts.delete(oldest);
    this.#order.delete(oldest);
  }

  #used(asker: string, now: number): number {
    const account = this.#accounts.get(asker);
    if (account === undefined) return 0;
    const gained = (now - account.at) / 1_000 * this.#terms.bytesPerSecond;
    return Math.max(0, account.usedBytes - gained);
  }
}
