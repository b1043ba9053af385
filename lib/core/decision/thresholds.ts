import type { IndexName } from "./measurement.ts";

/** Where an index becomes a warning or critical, and where it stops being so. */
export interface Limit {
  readonly warning: number;
  /** A warning ends only on the good side of this. */
  readonly warningRecovery: number;
  readonly critical: number;
  readonly criticalRecovery: number;
}

/** The patent's warning and critical thresholds, which the user may set. */
export interface Thresholds {
  readonly limits: Readonly<Record<IndexName, Limit>>;
  /** So many measurements in a row beyond a threshold count; fewer are chance. */
  readonly worseCount: number;
  /** So many in a row on the good side of the recovery threshold end a level. */
  readonly betterCount: number;
}

/** Whether more of the index is better or worse. */
export const INDEX_SENSE: Readonly<Record<IndexName, "moreIsWorse" | "moreIsBetter">> = {
  roundTripMs: "moreIsWorse",
  jitterMs: "moreIsWorse",
  loss: "moreIsWorse",
  signalPercent: "moreIsBetter",
};

export const DEFAULT_THRESHOLDS: Thresholds = {
  limits: {
    roundTripMs: { warning: 400, warningRecovery: 300, critical: 1_500, criticalRecovery: 1_000 },
    jitterMs: { warning: 150, warningRecovery: 100, critical: 600, criticalRecovery: 400 },
    loss: { warning: 0.2, warningRecovery: 0.1, critical: 0.5, criticalRecovery: 0.35 },
    signalPercent: { warning: 30, warningRecovery: 40, critical: 15, criticalRecovery: 20 },
  },
  worseCount: 3,
  betterCount: 5,
};

/** What contradicts itself in a limit, in words; null when it is right. */
export function contradictionOf(index: IndexName, limit: Limit): string | null {
  const sign = INDEX_SENSE[index] === "moreIsWorse" ? 1 : -1;
  const word = sign === 1 ? "over" : "under";
  const isWorse = (a: number, b: number) => (a - b) * sign > 0;
  if (!isWorse(limit.critical, limit.warning)) {
    return `critical (${limit.critical}) has to be ${word} warning (${limit.warning})`;
  }
  if (!isWorse(limit.warning, limit.warningRecovery)) {
    return `warning (${limit.warning}) has to be ${word} warningRecovery (${limit.warningRecovery})`;
  }
  if (!isWorse(limit.critical, limit.criticalRecovery)) {
    return `critical (${limit.critical}) has to be ${word} criticalRecovery (${limit.criticalRecovery})`;
  }
  return null;
}
