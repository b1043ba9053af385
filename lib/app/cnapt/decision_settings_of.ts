import { type DecisionConfig, weightsOf } from "../../config/decision_config.ts";
import {
  type DecisionSettings,
  STANDBY_REFRESH_MS,
} from "../../relay/decision/decision_settings.ts";

/** Who prefers speed wants to know of it, and pays 256 kB each time for each network. */
const MEASURE_MS = 600_000;

/** What the relays need of `decision:`. */
export function decisionSettings(config: DecisionConfig): DecisionSettings {
  const { thresholds } = config;
  return {
    mode: config.mode,
    checkMs: config.check,
    searchMs: config.search,
    meteredSearchMs: config.searchMetered,
    stableMs: config.stable,
    weights: weightsOf(config),
    measureMs: config.prefer === "speed" ? MEASURE_MS : null,
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
