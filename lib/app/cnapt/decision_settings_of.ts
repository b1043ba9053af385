import type { DecisionConfig } from "../../config/decision_config.ts";
import {
  type DecisionSettings,
  STANDBY_REFRESH_MS,
} from "../../relay/decision/decision_settings.ts";

/** What the relays need of `decision:`. */
export function decisionSettings(config: DecisionConfig): DecisionSettings {
  const { thresholds } = config;
  return {
    mode: config.mode,
    checkMs: config.check,
    searchMs: config.search,
    meteredSearchMs: config.searchMetered,
    stableMs: config.stable,
    standby: config.standby,
    standbyRefreshMs: STANDBY_REFRESH_MS,
    thresholds: {
      limits: {
        roundTripMs: thresholds.roundTrip,
        jitterMs: thresholds.jitter,
        loss: thresholds.loss,
        signalPercent: thresholds.signal,
      },
      worseCount: thresholds.worseCount,
      betterCount: thresholds.betterCount,
    },
  };
}
