import type { ReadMetric } from "../../status/metric.ts";
import type { RelayMeasured } from "../../status/relay_metrics.ts";

/** What reads the metrics of a running relay; hardly anybody asks for them. */
export async function loadRelayMetrics(
  measured: () => RelayMeasured,
): Promise<() => readonly ReadMetric[]> {
  const { RELAY_METRICS } = await import("../../status/relay_metrics.ts");
  const { readMetrics } = await import("../../status/metric.ts");
  return () => readMetrics(RELAY_METRICS, measured());
}
