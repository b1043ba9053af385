import type { IndexName } from "../../../../lib/core/decision/measurement.ts";
import {
  contradictionOf,
  DEFAULT_THRESHOLDS,
  INDEX_SENSE,
} from "../../../../lib/core/decision/thresholds.ts";
import { assertEquals } from "../../../assert.ts";

const INDEXES: readonly IndexName[] = ["roundTripMs", "jitterMs", "loss", "signalPercent"];
const { limits } = DEFAULT_THRESHOLDS;

for (const index of INDEXES) {
  const { warning, critical } = limits[index];

  Deno.test(`the default thresholds of ${index} do not contradict each other`, () => {
    assertEquals(contradictionOf(index, limits[index]), null);
  });

  Deno.test(`thresholds of ${index} that contradict each other are named`, () => {
    const right = limits[index];
    const word = INDEX_SENSE[index] === "moreIsWorse" ? "over" : "under";
    assertEquals(
      contradictionOf(index, { ...right, critical: right.warning }),
      `critical (${warning}) has to be ${word} warning (${warning})`,
    );
    assertEquals(
      contradictionOf(index, { ...right, warningRecovery: warning }),
      `warning (${warning}) has to be ${word} warningRecovery (${warning})`,
    );
    assertEquals(
      contradictionOf(index, { ...right, criticalRecovery: critical }),
      `critical (${critical}) has to be ${word} criticalRecovery (${critical})`,
    );
  });
}
