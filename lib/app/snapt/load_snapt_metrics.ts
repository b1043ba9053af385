import type { ReadMetric } from "../../status/metric.ts";
import type { SnaptMeasured } from "../../status/snapt_metrics.ts";

/** What reads the metrics of a running SNAPT; hardly anybody asks for them. */
export async function loadSnaptMetrics(
  measured: () => SnaptMeasured,
): Promise<() => readonly ReadMetric[]> {
  const { SNAPT_METRICS } = await import("../../status/snapt_metrics.ts");
  const { readMetrics } = await import("../../status/metric.ts");
  return () => readMetrics(SNAPT_METRICS, measured());
}
