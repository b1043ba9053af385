import type { ProviderKey } from "../path/provider_key.ts";
import type { Candidate } from "./candidate.ts";
import type { Measurement } from "./measurement.ts";
import type { QualityLevel } from "./quality.ts";
import { WEIGHED_PARTS, type WeighedPart, type Weights } from "./weights.ts";

export type ScorePartName = "health" | WeighedPart | "chosen";

/** What speaks against a provider, in points; fewer is better. `parts` add up to `total`. */
export interface Score {
  readonly key: ProviderKey;
  readonly total: number;
  readonly parts: readonly { readonly name: ScorePartName; readonly points: number }[];
}

/** A provider must be better by so many points, or it is not worth a switch. */
export const MARGIN_POINTS = 5;

const HEALTH_POINTS: Readonly<Record<QualityLevel, number>> = {
  good: 0,
  warning: 1_000,
  critical: 5_000,
};
const METERED_POINTS = 300;
const PRIORITY_POINTS = 10;
const MAX_COST_POINTS = 250;
const WAITING_SERVICE_POINTS = 100;
const MAX_WAITING_POINTS = 400;
/** What the user chose outweighs all but a path that can hardly be used. */
const CHOSEN_POINTS = -2_000;
/** So many ms of round trip make a point, up to a bound: half a second weighs 25 points. */
const ROUND_TRIP_MS_PER_POINT = 20;
const MAX_ROUND_TRIP_POINTS = 100;
const LOSS_POINTS = 200;

/** For each time that its time of trial was doubled. */
const HISTORY_POINTS = 25;
const MAX_HISTORY_POINTS = 125;

/** What is known of a provider beside its row in the table. */
export interface Judged {
  readonly measurement: Measurement | null;
  readonly level: QualityLevel;
  readonly chosen: ProviderKey | null;
  /** Of `ratePointsOf`. */
  readonly ratePoints: number;
  /** How often its time of trial was doubled. */
  readonly doublings: number;
}

export function scoreOf(candidate: Candidate, judged: Judged, weights: Weights): Score {
  const { key, metered, priority, cost, waitingServices } = candidate;
  const { measurement, level, chosen, ratePoints, doublings } = judged;
  const roundTrip = (measurement?.roundTripMs ?? 0) / ROUND_TRIP_MS_PER_POINT;
  const even: Readonly<Record<WeighedPart, number>> = {
    metered: metered ? METERED_POINTS : 0,
    priority: priority * PRIORITY_POINTS,
    cost: Math.min(cost, MAX_COST_POINTS),
    roundTrip: Math.min(roundTrip, MAX_ROUND_TRIP_POINTS),
    loss: (measurement?.loss ?? 0) * LOSS_POINTS,
    rate: ratePoints,
    history: Math.min(doublings * HISTORY_POINTS, MAX_HISTORY_POINTS),
    services: Math.min(waitingServices.length * WAITING_SERVICE_POINTS, MAX_WAITING_POINTS),
  };
  const parts: Score["parts"] = [
    { name: "health", points: HEALTH_POINTS[level] } as const,
    ...WEIGHED_PARTS.map((name) => ({ name, points: even[name] * weights[name] })),
    { name: "chosen", points: key === chosen ? CHOSEN_POINTS : 0 } as const,
  ].filter((part) => part.points !== 0);
  return { key, total: parts.reduce((sum, part) => sum + part.points, 0), parts };
}
