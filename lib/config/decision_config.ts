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
  reader,
  wholeNumber,
} from "./schema.ts";

const { limits, worseCount, betterCount } = DEFAULT_THRESHOLDS;

/** `what`: that of which the limits are. */
function limit(read: Reader<number>, defaults: Limit, what: string): Reader<Limit> {
  return object({
    warning: optional(read, defaults.warning, `From which ${what} on a network is poor.`),
    warningRecovery: optional(
      read,
      defaults.warningRecovery,
      `At which ${what} it stops being poor.`,
    ),
    critical: optional(read, defaults.critical, `From which ${what} on it is hardly of use.`),
    criticalRecovery: optional(
      read,
      defaults.criticalRecovery,
      `At which ${what} it is of use again.`,
    ),
  });
}

/** `10%`, as a share from 0 to 1. */
const SHARE_FORM = {
  kind: "text",
  what: "a share from 0% to 100%",
  unit: "share",
  pattern: String.raw`^\s*\d+(\.\d+)?\s*%\s*$`,
  example: "10%",
} as const;
const share: Reader<number> = parsed(
  (value) => {
    const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(typeof value === "string" ? value.trim() : "");
    if (match !== null && Number(match[1]) <= 100) return Number(match[1]) / 100;
    throw new TypeError(`${JSON.stringify(value)} is no share: write it as 10%`);
  },
  0,
  SHARE_FORM,
);
const percent: Reader<number> = reader(
  { ...SHARE_FORM, unit: "percent" },
  (value, at) => Math.round(share(value, at) * 100_000) / 1_000,
);

const roundTrip = limit(durationMs("1ms"), limits.roundTripMs, "round trip");
const jitter = limit(durationMs("1ms"), limits.jitterMs, "jitter");
const loss = limit(share, limits.loss, "loss");
const signal = limit(percent, limits.signalPercent, "Wi-Fi signal");
const thresholds = object({
  roundTrip: optional(roundTrip, limits.roundTripMs, "Limits of the round trip."),
  jitter: optional(jitter, limits.jitterMs, "Limits of how much the round trip varies."),
  loss: optional(loss, limits.loss, "Limits of the share of probes that are lost."),
  signal: optional(signal, limits.signalPercent, "Limits of the Wi-Fi signal; less is worse."),
  worseCount: optional(
    wholeNumber(1, 1_000),
    worseCount,
    "How many measurements in a row beyond a limit make a network worse.",
  ),
  betterCount: optional(
    wholeNumber(1, 1_000),
    betterCount,
    "How many in a row within make it better.",
  ),
});

/** How much a part of the score counts; null: as the preference says. */
const weight: Reader<number | null> = parsed<number | null>(
  (value) => {
    if (typeof value === "number" && value >= 0 && value <= 100) return value;
    throw new TypeError(`${JSON.stringify(value)} is no weight: a number from 0 to 100 is wanted`);
  },
  null,
  { kind: "number", min: 0, max: 100 },
);
const weightOf = (says: string) =>
  optional(weight, null, { says, ...{ usual: "as decision.prefer has it", example: "2" } });
const weights = object({
  metered: weightOf("How much counts that bytes cost something."),
  priority: weightOf("How much counts the priority of a network."),
  cost: weightOf("How much counts its cost."),
  roundTrip: weightOf("How much counts its round trip."),
  loss: weightOf("How much counts its loss."),
  rate: weightOf("How much counts what it carries."),
  history: weightOf("How much counts that it has failed before."),
  services: weightOf("How much counts that services may not use it."),
});

const prefer = oneOf("balanced", "reliability", "speed", "cost");
const mode = oneOf("automatic", "manual", "off");
const sensitivity: Reader<SensitivityName> = oneOf("normal", "calm", "fast");
const standby = oneOf("unmetered", "always", "off");

/** The settings of the decision task. */
export const decision = object({
  mode: optional(
    mode,
    "automatic",
    "Whether CNAPT moves by itself, suggests and moves by itself only in need (manual), or decides " +
      "nothing (off); it leaves a lost network in any case.",
  ),
  sensitivity: optional(sensitivity, "normal", "How soon a silent network is given up."),
  check: optional(durationMs("100ms"), 1_000, "How often the network in use is looked at."),
  search: optional(durationMs("1s"), 10_000, "How often the other networks are looked at."),
  searchMetered: optional(durationMs("1s"), 600_000, "The same where bytes cost something."),
  stable: optional(durationMs("1s"), 30_000, "How long a better network must be well first."),
  standby: optional(standby, "unmetered", "On which other networks links wait for a switch."),
  prefer: optional(prefer, "balanced", "What counts most between networks that work."),
  weights: optional(
    weights,
    defaultsOf(weights),
    "What counts how much, over what is preferred.",
  ),
  answerWithin: optional(durationMs("1s"), 60_000, "How long a question waits for an answer."),
  askAgain: optional(durationMs("1s"), 600_000, "After how long the same is asked again."),
  thresholds: optional(
    thresholds,
    defaultsOf(thresholds),
    "From where on a network is poor or hardly of use.",
  ),
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
