import type { Candidate } from "../../core/decision/candidate.ts";
import type { DecisionMode } from "../../core/decision/decide.ts";
import type { Measurement } from "../../core/decision/measurement.ts";
import type { Quality } from "../../core/decision/quality.ts";
import type { Score } from "../../core/decision/score.ts";
import type { Thresholds } from "../../core/decision/thresholds.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Track } from "../../core/decision/decision_state.ts";
import type { ProviderRow } from "../network/provider.ts";
import type { DecisionEntry } from "./decision_log.ts";

/** One provider as `cnapt why` and `cnapt providers` show it. */
export interface ProviderSnapshot {
  readonly candidate: Candidate;
  readonly device: string;
  readonly addresses: readonly string[];
  readonly isCurrent: boolean;
  readonly measurement: Omit<Measurement, "at" | "validUntil"> | null;
  readonly quality: Omit<Quality, "countedAt"> | null;
  readonly stableMs: number | null;
  readonly score: Score | null;
  readonly standbyLinks: number;
}

/** What the decision task of one site knows and did. */
export interface DecisionSnapshot {
  readonly mode: DecisionMode;
  readonly chosen: ProviderKey | null;
  readonly stableMs: number;
  readonly thresholds: Thresholds;
  readonly providers: readonly ProviderSnapshot[];
  /** The newest last. */
  readonly decisions: readonly DecisionEntry[];
}

/** What is known of one provider beside its row in the table. */
export interface ProviderFacts {
  readonly isCurrent: boolean;
  readonly measurement: Measurement | null;
  readonly track: Track | null;
  readonly score: Score | null;
  readonly standbyLinks: number;
}

/** Times become how long ago they were: `now` is of a clock that nobody sees. */
export function providerSnapshot(
  { candidate, device, addresses }: ProviderRow,
  now: number,
  { measurement, track, ...facts }: ProviderFacts,
): ProviderSnapshot {
  const stableSince = track?.stableSince ?? null;
  return {
    candidate,
    device,
    addresses,
    isCurrent: facts.isCurrent,
    measurement: measurement === null ? null : shownMeasurement(measurement),
    quality: track?.quality ?? null,
    stableMs: stableSince === null ? null : now - stableSince,
    score: facts.score,
    standbyLinks: facts.standbyLinks,
  };
}

function shownMeasurement(measurement: Measurement): ProviderSnapshot["measurement"] {
  const { at: _at, validUntil: _validUntil, ...rest } = measurement;
  return rest;
}
