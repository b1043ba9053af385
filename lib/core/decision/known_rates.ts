/**
 * What is known of the rate of each network, and what that is worth in points.
 *
 * Theory of operation. A rate that applications achieve is a lower bound: they may have had no more
 * to say. So it speaks for a network, never against one. Against a network speaks only what a measurement
 * of it has shown, where another is known to be more than twice as fast; a network that nobody has
 * measured has no points. Whether it carries what streams need is another question, which is asked
 * before they go there, and what comes of that is its time of trial (`trial.ts`).
 */
import type { ProviderKey } from "../path/provider_key.ts";
import type { Load } from "./stream_load.ts";

const POINTS_PER_DOUBLING = 6;
const MAX_RATE_POINTS = 60;

/** Bytes per second; null where it is not known. */
export interface Rate {
  readonly down: number | null;
  readonly up: number | null;
}

/** Of one network. */
export interface KnownRate {
  /** What a whole measurement has shown. */
  readonly probed: Rate;
  /** What streams achieved, or were shown that they could: it can do more perhaps. */
  readonly achieved: Load;
}

export const NO_RATES: ReadonlyMap<ProviderKey, KnownRate> = new Map();

/** What speaks against `key` because others are known to be faster. */
export function ratePointsOf(
  key: ProviderKey,
  rates: ReadonlyMap<ProviderKey, KnownRate>,
): number {
  const own = rates.get(key);
  if (own === undefined) return 0;
  const points = (direction: "down" | "up") => {
    const probed = own.probed[direction];
    if (probed === null) return 0;
    const best = Math.max(...[...rates.values()].map((rate) => boundOf(rate, direction)));
    const times = best / Math.max(1, boundOf(own, direction));
    return Math.max(0, (Math.log2(times) - 1) * POINTS_PER_DOUBLING);
  };
  return Math.min(Math.max(points("down"), points("up")), MAX_RATE_POINTS);
}

function boundOf({ probed, achieved }: KnownRate, direction: "down" | "up"): number {
  return Math.max(probed[direction] ?? 0, achieved[direction]);
}
