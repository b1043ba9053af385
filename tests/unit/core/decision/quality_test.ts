import type { IndexName } from "../../../../lib/core/decision/measurement.ts";
import { judge, type Quality, UNJUDGED } from "../../../../lib/core/decision/quality.ts";
import { DEFAULT_THRESHOLDS } from "../../../../lib/core/decision/thresholds.ts";
import { assertEquals } from "../../../assert.ts";
import { answering, silent } from "./decision_case.ts";

const INDEXES: readonly IndexName[] = ["roundTripMs", "jitterMs", "loss", "signalPercent"];
const { limits, worseCount, betterCount } = DEFAULT_THRESHOLDS;

function measured(quality: Quality, index: IndexName, value: number, times: number): Quality {
  let last = quality;
  for (let i = 0; i < times; i++) {
    const at = Math.max(last.countedAt, 0) + 1;
    last = judge(last, answering(at, { [index]: value }), DEFAULT_THRESHOLDS);
  }
  return last;
}

for (const index of INDEXES) {
  const { warning, warningRecovery, critical, criticalRecovery } = limits[index];
  const step = (warningRecovery - warning) / 1_000; // towards the good side
  const onceGood = (value: number) => value + step;

  Deno.test(`${index} is a warning from the threshold on, not before`, () => {
    assertEquals(measured(UNJUDGED, index, onceGood(warning), 50).level, "good");
    assertEquals(measured(UNJUDGED, index, warning, worseCount - 1).level, "good");
    assertEquals(measured(UNJUDGED, index, warning, worseCount).level, "warning");
  });

  Deno.test(`${index} is critical from the threshold on, not before`, () => {
    assertEquals(measured(UNJUDGED, index, onceGood(critical), 50).level, "warning");
    assertEquals(measured(UNJUDGED, index, critical, worseCount - 1).level, "good");
    assertEquals(measured(UNJUDGED, index, critical, worseCount).level, "critical");
  });

  Deno.test(`a warning of ${index} ends beyond the recovery threshold, often enough`, () => {
    const bad = measured(UNJUDGED, index, warning, worseCount);
    assertEquals(measured(bad, index, warningRecovery, 50).level, "warning");
    assertEquals(measured(bad, index, onceGood(warningRecovery), betterCount - 1).level, "warning");
    assertEquals(measured(bad, index, onceGood(warningRecovery), betterCount).level, "good");
  });

  Deno.test(`a critical ${index} becomes a warning beyond its own recovery threshold`, () => {
    const bad = measured(UNJUDGED, index, critical, worseCount);
    assertEquals(measured(bad, index, criticalRecovery, 50).level, "critical");
    assertEquals(measured(bad, index, onceGood(criticalRecovery), betterCount).level, "warning");
  });
}

Deno.test("a measurement counts once however often it is looked at", () => {
  let quality = UNJUDGED;
  for (let i = 0; i < 10; i++) {
    quality = judge(quality, answering(1, { loss: 0.5 }), DEFAULT_THRESHOLDS);
  }
  assertEquals(quality.beyondCritical, 1);
});

Deno.test("silence is no measurement of quality", () => {
  assertEquals(judge(UNJUDGED, silent(1), DEFAULT_THRESHOLDS), UNJUDGED);
});

Deno.test("the causes name each index with its threshold", () => {
  let quality = UNJUDGED;
  for (let at = 1; at <= worseCount; at++) {
    quality = judge(quality, answering(at, { loss: 0.22, roundTripMs: 450 }), DEFAULT_THRESHOLDS);
  }
  assertEquals(quality.causes, [
    "round trip 450 ms (warning at 400 ms)",
    "loss 22 % (warning at 20 %)",
  ]);
});
