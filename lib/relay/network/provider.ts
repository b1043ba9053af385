import type { HttpProxy } from "../../config/http_proxy.ts";
import type { Candidate } from "../../core/decision/candidate.ts";
import type { ServiceRule } from "../../core/decision/service_rule.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Via } from "../../net/via.ts";

/** A way to reach the network, as the relays need it: an interface with its current address. */
export interface Provider {
  /** What the user calls it: an interface name, a configured name, or an address. */
  readonly key: ProviderKey;
  readonly via: Via;
  /** What links over it go through, where a network lets out nothing else. */
  readonly proxy?: HttpProxy;
}

/** The table of providers as it is at the moment of the call. */
export interface Providers {
  find(key: ProviderKey): Provider | null;
  /** All that could be tried now, the most promising first. */
  candidates(): readonly Provider[];
}

/** One row of the lookup table: what the decision looks at, and how to get there. */
export interface ProviderRow {
  readonly candidate: Candidate;
  /** Null while it would have to be brought up first. */
  readonly provider: Provider | null;
  /** Which services may go over it. */
  readonly rule: ServiceRule;
  /** The interface behind it; empty when it is an address. */
  readonly device: string;
  readonly addresses: readonly string[];
  /** Strength of the radio signal, 0 to 100, where the system tells. */
  readonly signalPercent: number | null;
}
