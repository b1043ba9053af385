import type { Chance } from "./chance.ts";

/** How a network treats packets; one-way times in ms. */
export interface LossyPath {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly loss: number;
}

/** The least that TCP waits for before it sends again what nobody acknowledged. */
const MIN_RTO_MS = 200;

/**
 * One direction of a TCP connection over a lossy network: what is lost comes late, and holds up
 * all that was sent after it.
 */
export class LossyTcp {
  readonly #path: LossyPath;
  readonly #chance: Chance;
  #lastArrival = 0;

  constructor(path: LossyPath, chance: Chance) {
    this.#path = path;
    this.#chance = chance;
  }

  /** When what is sent at `now` arrives; `hasMore`: later packets give the loss away sooner. */
  arrivalOf(now: number, hasMore: boolean): number {
    const { delayMs, jitterMs, loss } = this.#path;
    const roundTripMs = 2 * delayMs + jitterMs;
    const rtoMs = Math.max(MIN_RTO_MS, 2 * roundTripMs);
    let sentAt = now;
    for (let times = 0; this.#chance.isHit(loss); times++) {
      const isSeenEarly = times === 0 && hasMore;
      sentAt += isSeenEarly ? roundTripMs * 1.25 : rtoMs * 2 ** times;
    }
    const arrival = sentAt + delayMs + this.#chance.between(0, jitterMs);
    this.#lastArrival = Math.max(this.#lastArrival, arrival);
    return this.#lastArrival;
  }
}
