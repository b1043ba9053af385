import type { ProviderKey } from "../path/provider_key.ts";

/** What kind of network an interface leads to. */
export type ProviderType = "ethernet" | "wifi" | "cellular" | "vpn" | "virtual" | "other";

/** One row of the lookup table of providers (patent figure 19) as the decision sees it. */
export interface Candidate {
  readonly key: ProviderKey;
  readonly type: ProviderType;
  /** `raisable`: it is not there, but its `up` command could bring it. */
  readonly state: "up" | "raisable";
  /** `byPerson`: somebody has to confirm before it is used (the patent's semi-automatic one). */
  readonly connects: "byItself" | "byPerson";
  /** 1 is the first choice. */
  readonly priority: number;
  readonly metered: boolean;
  /** What it costs, in any unit that is the same for all; only compared. */
  readonly cost: number;
  /** Services with connections now that are not allowed over it. */
  readonly waitingServices: readonly string[];
  /** It is the system's choice, taken where no network was known; left for any that is. */
  readonly isStopgap?: true;
}
