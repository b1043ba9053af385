import type { DatagramTerms, HoldOrder } from "../wire/datagram_messages.ts";
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
 * Datagrams of a flow that has no way to the other side just now. They are worth something only for
 * a while: older ones are dropped. By default what is left goes out newest first, since to a call
 * nothing is as late as an old datagram in front of a new one; where each datagram builds on those
 * before it, `oldest` keeps the beginning and its order.
 */
export class HoldQueue {
  #holdMs: number;
  #order: HoldOrder;
  readonly #budget: HoldBudget;
  #held: Held[] = [];
  #bytes = 0;

  /** `holdMs`: how long a datagram is worth sending. */
  constructor({ holdMs, holdOrder }: Omit<DatagramTerms, "idleMs">, budget: HoldBudget) {
    this.#holdMs = holdMs;
    this.#order = holdOrder;
    this.#budget = budget;
  }

  /** Other terms hold from now on, for what waits already too. */
  holdAs({ holdMs, holdOrder }: Omit<DatagramTerms, "idleMs">): void {
    this.#holdMs = holdMs;
    this.#order = holdOrder;
  }

  get length(): number {
    return this.#held.length;
  }

  /**
   * Keeps a copy of `payload`; returns how many were too old, and how many there was no room for:
   * older ones or, where the oldest are kept, `payload` itself.
   */
  push(payload: Uint8Array, now: number): { readonly full: number; readonly expired: number } {
    const expired = this.#expire(now);
    let full = 0;
    while (!this.#takeRoomFor(payload.length)) {
      full += 1;
      const oldest = this.#order === "newest" ? this.#held.shift() : undefined;
      if (oldest === undefined) return { full, expired }; // there is no room for this one
      this.#letGo(oldest);
    }
    this.#held.push({ at: now, payload: new Uint8Array(payload) });
    this.#bytes += payload.length;
    return { full, expired };
  }

  /** Empties the queue, in the order in which it wants to go out. */
  release(now: number): Released {
    const { payloads, expired } = this.releaseAsSent(now);
    return { payloads: this.#order === "newest" ? payloads.toReversed() : payloads, expired };
  }

  /** The same in the order in which it came, whatever order is wanted. */
  releaseAsSent(now: number): Released {
    const expired = this.#expire(now);
    const held = this.#held;
    this.#held = [];
    for (const one of held) this.#letGo(one);
    return { payloads: held.map(({ payload }) => payload), expired };
  }

  /** Puts back, as if it were new, what was released and cannot go after all; as `push` does. */
  putBack(released: readonly Uint8Array[], now: number): { full: number; expired: number } {
    const sum = { full: 0, expired: 0 };
    const asSent = this.#order === "newest" ? released.toReversed() : released;
    for (const payload of asSent) {
      const { full, expired } = this.push(payload, now);
      sum.full += full;
      sum.expired += expired;
    }
    return sum;
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
