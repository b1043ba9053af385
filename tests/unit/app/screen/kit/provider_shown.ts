import { DEFAULT_THRESHOLDS } from "../../../../../lib/core/decision/thresholds.ts";
import type {
  DecisionSnapshot,
  ProviderSnapshot,
} from "../../../../../lib/relay/decision/decision_snapshot.ts";
import { providerRow } from "../../../../integration/kit/provider_row.ts";

/** A network that answers. */
export function providerShown(key: string): ProviderSnapshot {
  const { candidate, device, addresses } = providerRow(key, "192.0.2.1");
  return {
    candidate,
    device,
    addresses,
    isCurrent: false,
    measurement: {
      reach: { kind: "answering" },
      roundTripMs: 9,
      jitterMs: 1,
      loss: 0,
      signalPercent: 70,
    },
    quality: null,
    stableMs: null,
    score: null,
    standbyLinks: 0,
    trial: null,
    rate: null,
  };
}

export function decisionOf(providers: readonly ProviderSnapshot[]): DecisionSnapshot {
  return {
    mode: "automatic",
    chosen: null,
    stableMs: 30_000,
    thresholds: DEFAULT_THRESHOLDS,
    providers,
    need: { down: 0, up: 0 },
    decisions: [],
  };
}
