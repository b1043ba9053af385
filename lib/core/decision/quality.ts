/**
 * The health of one path, judged with hysteresis: it takes several measurements in a row to get
 * worse, several on the good side of another threshold to get better, and nothing to stay.
 */
import { unreachable } from "../exhaustive.ts";
import type { IndexName, Measurement } from "./measurement.ts";
import { INDEX_SENSE, type Limit, type Thresholds } from "./thresholds.ts";

export type QualityLevel = "good" | "warning" | "critical";

export interface Quality {
  readonly level: QualityLevel;
  /** What the level is about: empty when good. */
  readonly causes: readonly string[];
  /** Measurements in a row beyond the warning and the critical thresholds. */
  readonly beyondWarning: number;
  readonly beyondCritical: number;
  /** Measurements in a row on the good side of what would end the level. */
  readonly recovering: number;
  /** `at` of the last measurement that was counted. */
  readonly countedAt: number;
}

export const UNJUDGED: Quality = {
  level: "good",
  causes: [],
  beyondWarning: 0,
  beyondCritical: 0,
  recovering: 0,
  countedAt: -Infinity,
};

const RANK: Readonly<Record<QualityLevel, number>> = { good: 0, warning: 1, critical: 2 };
const NAMES: Readonly<Record<IndexName, string>> = {
  roundTripMs: "round trip",
  jitterMs: "jitter",
  loss: "loss",
  signalPercent: "signal",
};
const INDEXES: readonly IndexName[] = ["roundTripMs", "jitterMs", "loss", "signalPercent"];

export function isWorseLevel(a: QualityLevel, b: QualityLevel): boolean {
  return RANK[a] > RANK[b];
}

/** Counts a measurement; one that was counted before changes nothing. */
export function judge(before: Quality, measurement: Measurement, thresholds: Thresholds): Quality {
  if (measurement.reach.kind !== "answering" || measurement.at <= before.countedAt) return before;
  const { limits, worseCount, betterCount } = thresholds;
  const entered = worstLevel(measurement, limits, "entering");
  const held = worstLevel(measurement, limits, "leaving");
  const beyondWarning = entered === "good" ? 0 : before.beyondWarning + 1;
  const beyondCritical = entered === "critical" ? before.beyondCritical + 1 : 0;
  const recovering = isWorseLevel(before.level, held) ? before.recovering + 1 : 0;
  const reached = beyondCritical >= worseCount
    ? "critical"
    : beyondWarning >= worseCount
    ? "warning"
    : "good";
  const counted = { beyondWarning, beyondCritical, countedAt: measurement.at };
  if (isWorseLevel(reached, before.level)) {
    const causes = causesOf(measurement, limits, "entering");
    return { ...counted, level: reached, causes, recovering: 0 };
  }
  if (recovering >= betterCount) {
    const causes = held === "good" ? [] : causesOf(measurement, limits, "leaving");
    return { ...counted, level: held, causes, recovering: 0 };
  }
  return { ...counted, level: before.level, causes: before.causes, recovering };
}

function worstLevel(
  measurement: Measurement,
  limits: Thresholds["limits"],
  direction: "entering" | "leaving",
): QualityLevel {
  let worst: QualityLevel = "good";
  for (const index of INDEXES) {
    const level = levelOf(index, measurement[index], limits[index], direction);
    if (isWorseLevel(level, worst)) worst = level;
  }
  return worst;
}

function levelOf(
  index: IndexName,
  value: number | null,
  limit: Limit,
  direction: "entering" | "leaving",
): QualityLevel {
  if (value === null) return "good";
  const sign = INDEX_SENSE[index] === "moreIsWorse" ? 1 : -1;
  const isBeyond = (threshold: number) => (value - threshold) * sign >= 0;
  const isEntering = direction === "entering";
  if (isBeyond(isEntering ? limit.critical : limit.criticalRecovery)) return "critical";
  return isBeyond(isEntering ? limit.warning : limit.warningRecovery) ? "warning" : "good";
}

function causesOf(
  measurement: Measurement,
  limits: Thresholds["limits"],
  direction: "entering" | "leaving",
): readonly string[] {
  return INDEXES.flatMap((index) => {
    const value = measurement[index];
    const level = levelOf(index, value, limits[index], direction);
    if (value === null || level === "good") return [];
    return [
      `${NAMES[index]} ${inUnits(index, value)} (${level} at ${
        inUnits(index, limits[index][level])
      })`,
    ];
  });
}

function inUnits(index: IndexName, value: number): string {
  switch (index) {
    case "roundTripMs":
    case "jitterMs":
      return `${Math.round(value)} ms`;
    case "loss":
      return `${Math.round(value * 100)} %`;
    case "signalPercent":
      return `${Math.round(value)} %`;
    default:
      return unreachable(index);
  }
}
