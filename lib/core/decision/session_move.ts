import type { ProviderKey } from "../path/provider_key.ts";

/** A session went from one network to another. */
export interface SessionMove {
  /** Counts the moves of a site, from 1 on: each is learned from once. */
  readonly serial: number;
  readonly from: ProviderKey;
  readonly to: ProviderKey;
  /** `sudden`: the network before was lost. */
  readonly manner: "planned" | "sudden";
  /** When it had arrived, by the clock of the decision. */
  readonly at: number;
}
