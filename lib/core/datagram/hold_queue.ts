/** So many datagrams and bytes of one flow are held at most, whatever its service allows. */
export const MAX_HELD = 512;
export const MAX_HELD_BYTES = 512 * 1024;

/** What all hold queues of one side may hold together, and what they do. */
export interface HoldBudget {
  readonly maxBytes: number;
  usedBytes: number;
}

export function newHoldBudget(): HoldBudget {
  return { maxBytes: 16 * 1024 * 1024, usedBytes: 0 };
}

interface Held {
  readonly at: number;
  readonly payload: Uint8Array;
}

/** What a hold queue gives back: what is to be sent, in this order, and how many were too old. */
export interface Released {
  readonly payloads: readonly Uint8Array[];
  readonly expired: number;
}

/**
 * The newest datagrams of a flow that has no way to the other side just now. They are
 * worth something only for a while: older ones are dropped, and what is left goes out newest first,
 * since nothing is as late as an old datagram in front of a new one.
 */
export class HoldQueue {
  readonly #holdMs: number;
  readonly #budget: HoldBudget;
  #held: Held[] = [];
  #bytes = 0;

  /** `holdMs`: how long a datagram is worth sending. */
  constructor(holdMs: number, budget: HoldBudget) {
    this.#holdMs = holdMs;
    this.#budget = budget;
  }

  get length(): number {
    return this.#held.length;
  }

  /** Keeps a copy of `payload`; returns how many older ones had to make room or were too old. */
  push(payload: Uint8Array, now: number): { readonly full: number; readonly expired: number } {
    const expired = this.#expire(now);
    this.#held.push({ at: now, payload: new Uint8Array(payload) });
    this.#count(payload.length);
    let full = 0;
    while (this.#isFull()) {
      this.#count(-(this.#held.shift()?.payload.length ?? 0));
      full += 1;
    }
    return { full, expired };
  }

  /** Empties the queue. */
  release(now: number): Released {
    const expired = this.#expire(now);
    const payloads = this.#held.map(({ payload }) => payload).reverse();
    this.#held = [];
    this.#count(-this.#bytes);
    return { payloads, expired };
  }

  #expire(now: number): number {
    const keep = this.#held.findIndex(({ at }) => now - at <= this.#holdMs);
    const expired = this.#held.splice(0, keep < 0 ? this.#held.length : keep);
    for (const { payload } of expired) this.#count(-payload.length);
    return expired.length;
  }

  #isFull(): boolean {
    const isWithin = this.#held.length <= MAX_HELD && this.#bytes <= MAX_HELD_BYTES &&
      this.#budget.usedBytes <= this.#budget.maxBytes;
    return !isWithin && this.#held.length > 0;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#budget.usedBytes += bytes;
  }
}
