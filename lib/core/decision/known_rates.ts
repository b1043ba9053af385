/**
 * What is known of the rate of each network, and what that is worth in points.
 *
 * Theory of operation. A rate that applications achieve is a lower bound: they may have had no more
 * to say. So it speaks for a network, never against one. Against a network speaks only what a probe
 * of it has shown, where another is known to be more than twice as fast; a network that nobody has
 * probed has no points.
 */
import type { ProviderKey } from "../path/provider_key.ts";
import type { ProbeOutcome, ProbeSize } from "./carry_proof.ts";
import type { Load } from "./stream_load.ts";

/** Less than this shows what a network carries only when it does not even carry that. */
const TELLING_BYTES = 64 * 1024;
const POINTS_PER_DOUBLING = 6;
const MAX_RATE_POINTS = 60;

/** Bytes per second; null where it is not known. */
export interface Rate {
  readonly down: number | null;
  readonly up: number | null;
}

/** Of one network. */
export interface KnownRate {
  /** What a probe has shown. */
  readonly probed: Rate;
  /** What streams achieved, or a small probe did: it can do more perhaps. */
  readonly achieved: Load;
}

export const NO_RATES: ReadonlyMap<ProviderKey, KnownRate> = new Map();

/** What the outcome of a probe of `size` tells; small ones that went through tell little. */
export function rateOf(size: ProbeSize, outcome: ProbeOutcome): KnownRate | null {
  if (outcome.kind !== "moved" && outcome.kind !== "tooSlow") return null;
  const isTelling = (bytes: number) => outcome.kind === "tooSlow" || bytes >= TELLING_BYTES;
  return {
    probed: {
      down: isTelling(size.down) ? outcome.down : null,
      up: isTelling(size.up) ? outcome.up : null,
    },
    achieved: { down: outcome.down ?? 0, up: outcome.up ?? 0 },
  };
}

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
