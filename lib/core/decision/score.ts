import type { ProviderKey } from "../path/provider_key.ts";
import type { Candidate } from "./candidate.ts";
import type { Measurement } from "./measurement.ts";
import type { QualityLevel } from "./quality.ts";

export type ScorePartName =
  | "health"
  | "metered"
  | "priority"
  | "cost"
  | "roundTrip"
  | "loss"
  | "services"
  | "chosen";

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

export function scoreOf(
  candidate: Candidate,
  measurement: Measurement | null,
  level: QualityLevel,
  chosen: ProviderKey | null,
): Score {
  const { key, metered, priority, cost, waitingServices } = candidate;
  const roundTrip = (measurement?.roundTripMs ?? 0) / ROUND_TRIP_MS_PER_POINT;
  const parts: Score["parts"] = [
    { name: "health", points: HEALTH_POINTS[level] } as const,
    { name: "metered", points: metered ? METERED_POINTS : 0 } as const,
    { name: "priority", points: priority * PRIORITY_POINTS } as const,
    { name: "cost", points: Math.min(cost, MAX_COST_POINTS) } as const,
    { name: "roundTrip", points: Math.min(roundTrip, MAX_ROUND_TRIP_POINTS) } as const,
    { name: "loss", points: (measurement?.loss ?? 0) * LOSS_POINTS } as const,
    {
      name: "services",
      points: Math.min(waitingServices.length * WAITING_SERVICE_POINTS, MAX_WAITING_POINTS),
    } as const,
    { name: "chosen", points: key === chosen ? CHOSEN_POINTS : 0 } as const,
  ].filter((part) => part.points !== 0);
  return { key, total: parts.reduce((sum, part) => sum + part.points, 0), parts };
}
