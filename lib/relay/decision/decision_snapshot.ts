import type { Candidate } from "../../core/decision/candidate.ts";
import type { DecisionMode } from "../../core/decision/decide.ts";
import type { Measurement } from "../../core/decision/measurement.ts";
import type { Quality } from "../../core/decision/quality.ts";
import type { Score } from "../../core/decision/score.ts";
import type { Thresholds } from "../../core/decision/thresholds.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
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

/** The measurement for people: its times are of a clock that nobody sees. */
export function shownMeasurement(measurement: Measurement): ProviderSnapshot["measurement"] {
  const { at: _at, validUntil: _validUntil, ...rest } = measurement;
  return rest;
}
