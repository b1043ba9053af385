import type { DecisionMode } from "../../core/decision/decision_input.ts";
import type { Thresholds } from "../../core/decision/thresholds.ts";
import type { Weights } from "../../core/decision/weights.ts";

/** Which networks that are not in use have links parked on them. */
export type StandbyPolicy = "unmetered" | "always" | "off";

/** Soon enough for NATs, which forget idle connections after some minutes. */
export const STANDBY_REFRESH_MS = 100_000;

/** What the user says about the decision; times in ms. */
export interface DecisionSettings {
  readonly mode: DecisionMode;
  /** Y: how often the current network is judged. */
  readonly checkMs: number;
  /** X: how often each other network is probed. */
  readonly searchMs: number;
  /** The same for one that is metered. */
  readonly meteredSearchMs: number;
  readonly stableMs: number;
  readonly standby: StandbyPolicy;
  /** After so long without an answer a parked link is asked on, whenever its network is probed. */
  readonly standbyRefreshMs: number;
  readonly thresholds: Thresholds;
  readonly weights: Weights;
  /** How often each network that is not metered is measured unasked; null: never. */
  readonly measureMs: number | null;
}
