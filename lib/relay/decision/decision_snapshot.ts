import type { Candidate } from "../../core/decision/candidate.ts";
import type { DecisionMode } from "../../core/decision/decision_input.ts";
import type { Measurement } from "../../core/decision/measurement.ts";
import type { Quality } from "../../core/decision/quality.ts";
import type { Score } from "../../core/decision/score.ts";
import type { Thresholds } from "../../core/decision/thresholds.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Rate } from "../../core/decision/known_rates.ts";
import type { Load } from "../../core/decision/stream_load.ts";
import type { Trial } from "../../core/decision/trial.ts";
import type { Track } from "../../core/decision/decision_state.ts";
import type { ProviderRow } from "../network/provider.ts";
import type { MeasuredRate } from "./path_rates.ts";
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
  /** What was learned of it when it failed; null: nothing against it. */
  readonly trial: ShownTrial | null;
  readonly rate: ShownRate | null;
}

/** Why, and for how long, a network is on trial; times in ms. */
export interface ShownTrial {
  readonly doublings: number;
  /** Completes "it …". */
  readonly what: string;
  readonly failedAgoMs: number;
  /** So long it has to be well before it is gone back to. */
  readonly trialMs: number;
  /** For how long it was well under load since. */
  readonly provenMs: number;
}

/** In bytes per second; what streams achieved is a lower bound of what they could. */
export interface ShownRate {
  readonly probed: Rate;
  readonly achieved: Load;
  readonly agoMs: number;
}

/** What `cnapt measure` says of one network; rates in bytes per second, null where it is not known. */
export interface MeasuredNetwork extends Rate {
  readonly provider: ProviderKey;
  /** Why it could not be measured; completes "it …". */
  readonly problem: string | null;
}

/** What the decision task of one site knows and did. */
export interface DecisionSnapshot {
  readonly mode: DecisionMode;
  readonly chosen: ProviderKey | null;
  readonly stableMs: number;
  readonly thresholds: Thresholds;
  readonly providers: readonly ProviderSnapshot[];
  /** What streams move now, in bytes per second. */
  readonly need: Load;
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
  readonly trial: Trial | null;
  readonly trialMs: number;
  readonly rate: MeasuredRate | null;
}

/** Times become how long ago they were: `now` is of a clock that nobody sees. */
export function providerSnapshot(
  { candidate, device, addresses }: ProviderRow,
  now: number,
  { measurement, track, trial, trialMs, rate, ...facts }: ProviderFacts,
): ProviderSnapshot {
  const stableSince = track?.stableSince ?? null;
  return {
    candidate,
    device,
    addresses,
    isCurrent: facts.isCurrent,
    measurement: measurement === null ? null : shownMeasurement(measurement),
    quality: track === null ? null : shownQuality(track.quality),
    stableMs: stableSince === null ? null : now - stableSince,
    score: facts.score,
    standbyLinks: facts.standbyLinks,
    trial: trial === null ? null : {
      doublings: trial.doublings,
      what: trial.what,
      failedAgoMs: now - trial.failedAt,
      trialMs,
      provenMs: trial.provenMs,
    },
    rate: rate === null ? null : {
      probed: rate.probed,
      achieved: rate.achieved,
      agoMs: now - rate.at,
    },
  };
}

function shownMeasurement(measurement: Measurement): ProviderSnapshot["measurement"] {
  const { at: _at, validUntil: _validUntil, ...rest } = measurement;
  return rest;
}

function shownQuality(quality: Quality): ProviderSnapshot["quality"] {
  const { countedAt: _countedAt, ...rest } = quality;
  return rest;
}
