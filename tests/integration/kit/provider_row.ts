import type { Candidate } from "../../../lib/core/decision/candidate.ts";
import { ALL_SERVICES } from "../../../lib/core/decision/service_rule.ts";
import type { ProviderRow } from "../../../lib/relay/network/provider.ts";

/** A row of the table for a provider that is a loopback address. */
export function providerRow(
  key: string,
  address: string,
  more: Partial<Candidate> = {},
): ProviderRow {
  const candidate: Candidate = {
    key,
    type: "other",
    state: "up",
    connects: "byItself",
    priority: 1,
    metered: false,
    cost: 0,
    waitingServices: [],
    ...more,
  };
  return {
    candidate,
    provider: candidate.state === "up" ? { key, via: { kind: "address", address } } : null,
    rule: ALL_SERVICES,
    device: "",
    addresses: [address],
    signalPercent: null,
  };
}
