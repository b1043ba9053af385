import type { IndexName } from "../core/decision/measurement.ts";
import { SENSITIVITIES, type SensitivityName } from "../core/decision/sensitivity.ts";
import { contradictionOf, DEFAULT_THRESHOLDS, type Limit } from "../core/decision/thresholds.ts";
import { PREFERENCES, WEIGHED_PARTS, type Weights } from "../core/decision/weights.ts";
import { durationMs } from "./common_settings.ts";
import {
  defaultsOf,
  object,
  oneOf,
  optional,
  parsed,
  type Place,
  type Reader,
  wholeNumber,
} from "./schema.ts";

const { limits, worseCount, betterCount } = DEFAULT_THRESHOLDS;

function limit(read: Reader<number>, defaults: Limit): Reader<Limit> {
  return object({
    warning: optional(read, defaults.warning),
    warningRecovery: optional(read, defaults.warningRecovery),
    critical: optional(read, defaults.critical),
    criticalRecovery: optional(read, defaults.criticalRecovery),
  });
}

/** `10%`, as a share from 0 to 1. */
const share: Reader<number> = parsed((value) => {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(typeof value === "string" ? value.trim() : "");
  if (match !== null && Number(match[1]) <= 100) return Number(match[1]) / 100;
  throw new TypeError(`${JSON.stringify(value)} is no share: write it as 10%`);
}, 0);
const percent: Reader<number> = (value, at) => Math.round(share(value, at) * 100_000) / 1_000;

const roundTrip = limit(durationMs("1ms"), limits.roundTripMs);
const jitter = limit(durationMs("1ms"), limits.jitterMs);
const loss = limit(share, limits.loss);
const signal = limit(percent, limits.signalPercent);
const thresholds = object({
  roundTrip: optional(roundTrip, limits.roundTripMs),
  jitter: optional(jitter, limits.jitterMs),
  loss: optional(loss, limits.loss),
  signal: optional(signal, limits.signalPercent),
  worseCount: optional(wholeNumber(1, 1_000), worseCount),
  betterCount: optional(wholeNumber(1, 1_000), betterCount),
});

/** How much a part of the score counts; null: as the preference says. */
const weight: Reader<number | null> = parsed<number | null>((value) => {
  if (typeof value === "number" && value >= 0 && value <= 100) return value;
  throw new TypeError(`${JSON.stringify(value)} is no weight: a number from 0 to 100 is wanted`);
}, null);
const weights = object({
  metered: optional(weight, null),
  priority: optional(weight, null),
  cost: optional(weight, null),
  roundTrip: optional(weight, null),
  loss: optional(weight, null),
  rate: optional(weight, null),
  history: optional(weight, null),
  services: optional(weight, null),
});

const prefer = oneOf("balanced", "reliability", "speed", "cost");
const mode = oneOf("automatic", "manual", "off");
const sensitivity: Reader<SensitivityName> = oneOf("normal", "calm", "fast");
const standby = oneOf("unmetered", "always", "off");

/** The settings of the decision task. */
export const decision = object({
  mode: optional(mode, "automatic"),
  sensitivity: optional(sensitivity, "normal"),
  check: optional(durationMs("100ms"), 1_000),
  search: optional(durationMs("1s"), 10_000),
  searchMetered: optional(durationMs("1s"), 600_000),
  stable: optional(durationMs("1s"), 30_000),
  standby: optional(standby, "unmetered"),
  prefer: optional(prefer, "balanced"),
  weights: optional(weights, defaultsOf(weights)),
  answerWithin: optional(durationMs("1s"), 60_000),
  askAgain: optional(durationMs("1s"), 600_000),
  thresholds: optional(thresholds, defaultsOf(thresholds)),
});
export type DecisionConfig = ReturnType<typeof decision>;

/** The numbers of a profile by its name. */
export const sensitivityOf = (name: SensitivityName): typeof SENSITIVITIES[SensitivityName] =>
  SENSITIVITIES[name];

/** What is preferred, and over it what is said of single parts. */
export function weightsOf({ prefer, weights }: DecisionConfig): Weights {
  const result: Record<keyof Weights, number> = { ...PREFERENCES[prefer] };
  for (const part of WEIGHED_PARTS) result[part] = weights[part] ?? result[part];
  return result;
}

const FIELDS: Readonly<Record<IndexName, "roundTrip" | "jitter" | "loss" | "signal">> = {
  roundTripMs: "roundTrip",
  jitterMs: "jitter",
  loss: "loss",
  signalPercent: "signal",
};
const INDEXES: readonly IndexName[] = ["roundTripMs", "jitterMs", "loss", "signalPercent"];

/** Thresholds that contradict each other are mistakes. */
export function checkDecision({ thresholds }: DecisionConfig, at: Place): void {
  for (const index of INDEXES) {
    const field = FIELDS[index];
    const problem = contradictionOf(index, thresholds[field]);
    if (problem !== null) at.field("thresholds").field(field).problem(problem);
  }
}
