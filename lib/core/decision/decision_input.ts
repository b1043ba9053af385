import type { ProviderKey } from "../path/provider_key.ts";
import type { Candidate } from "./candidate.ts";
import type { CarryProof } from "./carry_proof.ts";
import { type KnownRate, NO_RATES } from "./known_rates.ts";
import type { Measurement } from "./measurement.ts";
import type { SessionMove } from "./session_move.ts";
import { type Load, NO_LOAD } from "./stream_load.ts";
import type { Thresholds } from "./thresholds.ts";
import type { Weights } from "./weights.ts";

export type DecisionMode = "automatic" | "manual" | "off";

/** All that a decision depends on, beside what was before. */
export interface DecisionInput {
  readonly table: readonly Candidate[];
  readonly measurements: ReadonlyMap<ProviderKey, Measurement>;
  /** The provider that the session lives on; null when there is no session. */
  readonly current: ProviderKey | null;
  readonly mode: DecisionMode;
  readonly thresholds: Thresholds;
  /** How long a better provider must have been well before it is switched to. */
  readonly stableMs: number;
  /** The provider that the user asked for, until that is taken back. */
  readonly chosen: ProviderKey | null;
  /** The last moves of the session, oldest first: there may be several between two decisions. */
  readonly moves: readonly SessionMove[];
  /** Interface and address of each provider: with others it is another network. */
  readonly places: ReadonlyMap<ProviderKey, readonly string[]>;
  /** What streams move now: a network that they are moved to has to carry it. */
  readonly need: Load;
  /** What the last probe of each provider has shown about that. */
  readonly proofs: ReadonlyMap<ProviderKey, CarryProof>;
  /** What is known of the rate of each provider. */
  readonly rates: ReadonlyMap<ProviderKey, KnownRate>;
  /** How much each part of a score counts. */
  readonly weights: Weights;
  readonly now: number;
}

/** For a decision about a session without a network: nothing flows, and nothing is gone back to. */
export const NOTHING_LEARNED = {
  moves: [],
  places: new Map(),
  need: NO_LOAD,
  proofs: new Map(),
  rates: NO_RATES,
} as const satisfies Partial<DecisionInput>;
