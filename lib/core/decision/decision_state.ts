import type { ProviderKey } from "../path/provider_key.ts";
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
  /** When the session last moved from one provider to another, for whatever reason. */
  readonly movedAt: number;
  /** The time of the last call: time never runs backwards here. */
  readonly now: number;
}

export const UNDECIDED: DecisionState = {
  tracks: new Map(),
  current: null,
  movedAt: -Infinity,
  now: -Infinity,
};

export const UNTRACKED: Track = { quality: UNJUDGED, stableSince: null };
