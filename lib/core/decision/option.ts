import { unreachable } from "../exhaustive.ts";
import type { Candidate } from "./candidate.ts";
import type { DecisionState, Track } from "./decision_state.ts";
import type { Measurement } from "./measurement.ts";
import type { Trial } from "./trial.ts";
import { MARGIN_POINTS, type Score } from "./score.ts";

/** A provider that the session could live on, and all that speaks for it. */
export interface Option {
  readonly candidate: Candidate;
  readonly measurement: Measurement | null;
  readonly score: Score;
  readonly track: Track;
  /** What was learned of it; null: nothing against it. */
  readonly trial: Trial | null;
}

/** Whether SNAPT answers over the provider, as far as is still known at `now`. */
export function isAnswering(measurement: Measurement | null, now: number): boolean {
  return measurement?.reach.kind === "answering" && measurement.validUntil >= now;
}

/** Whether it could be switched to now. */
export function isUsable({ candidate, measurement }: Option, now: number): boolean {
  switch (candidate.state) {
    case "up":
      return isAnswering(measurement, now);
    case "raisable":
      // Nothing is known of it, unless that it could not be brought up a moment ago.
      return measurement?.reach.kind !== "silent" || measurement.validUntil < now;
    default:
      return unreachable(candidate.state);
  }
}

/** Whether `other` is better by enough to be worth a switch. */
export function isWorthIt(here: Option, other: Option): boolean {
  return here.score.total - other.score.total >= MARGIN_POINTS;
}

/** For how long, in ms, it has been well without a break. */
export function stableFor({ track }: Option, { now }: DecisionState): number {
  return track.stableSince === null ? 0 : now - track.stableSince;
}

/** The patent prefers a provider that connects without a person; then one that is there. */
export function unattendedFirst(options: readonly Option[]): readonly Option[] {
  const effort = ({ candidate }: Option) =>
    (candidate.connects === "byPerson" ? 2 : 0) + (candidate.state === "raisable" ? 1 : 0);
  return [...options].sort((a, b) => effort(a) - effort(b) || a.score.total - b.score.total);
}
