import type { ProviderKey } from "../path/provider_key.ts";
import type { Trials } from "./trial.ts";
import { type Quality, UNJUDGED } from "./quality.ts";

/** What the decision remembers of one provider. */
export interface Track {
  readonly quality: Quality;
  /** Since when it has answered without a break and was in good health; null: it is not. */
  readonly stableSince: number | null;
}

/** What the decision remembers from one call to the next. */
export interface DecisionState {
  readonly tracks: ReadonlyMap<ProviderKey, Track>;
  readonly current: ProviderKey | null;
  /** Interface and addresses of `current`, as long as they were known. */
  readonly places: readonly string[];
  /** When the session last moved from one provider to another, for whatever reason. */
  readonly movedAt: number;
  /** When it came to `current`, also when that was the first one. */
  readonly arrivedAt: number;
  /** The serial of the last move that was learned from. */
  readonly lastMove: number;
  /** What was learned of networks that failed. */
  readonly trials: Trials;
  /** Which proof of each provider has been counted, by its time. */
  readonly countedProofs: ReadonlyMap<ProviderKey, number>;
  /** The time of the last call: time never runs backwards here. */
  readonly now: number;
}

export const UNDECIDED: DecisionState = {
  tracks: new Map(),
  current: null,
  places: [],
  movedAt: -Infinity,
  arrivedAt: -Infinity,
  lastMove: 0,
  trials: new Map(),
  countedProofs: new Map(),
  now: -Infinity,
};

export const UNTRACKED: Track = { quality: UNJUDGED, stableSince: null };
