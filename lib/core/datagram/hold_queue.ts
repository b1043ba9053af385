import type { HoldBudget } from "./hold_budget.ts";

/** So many datagrams and bytes of one flow are held at most, whatever its service allows. */
export const MAX_HELD = 512;
export const MAX_HELD_BYTES = 512 * 1024;

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
    let full = 0;
    while (!this.#takeRoomFor(payload.length)) {
      const oldest = this.#held.shift();
      if (oldest === undefined) return { full: full + 1, expired }; // this one is the oldest
      this.#letGo(oldest);
      full += 1;
    }
    this.#held.push({ at: now, payload: new Uint8Array(payload) });
    this.#bytes += payload.length;
    return { full, expired };
  }

  /** Empties the queue. */
  release(now: number): Released {
    const expired = this.#expire(now);
    const held = this.#held;
    this.#held = [];
    for (const one of held) this.#letGo(one);
    return { payloads: held.map(({ payload }) => payload).reverse(), expired };
  }

  #expire(now: number): number {
    const keep = this.#held.findIndex(({ at }) => now - at <= this.#holdMs);
    const expired = this.#held.splice(0, keep < 0 ? this.#held.length : keep);
    for (const one of expired) this.#letGo(one);
    return expired.length;
  }

  /** Takes the room, if there is any. */
  #takeRoomFor(bytes: number): boolean {
    return this.#held.length < MAX_HELD && this.#bytes + bytes <= MAX_HELD_BYTES &&
      this.#budget.take(bytes);
  }

  #letGo({ payload }: Held): void {
    this.#bytes -= payload.length;
    this.#budget.giveBack(payload.length);
  }
}
