import { descriptors } from "../../net/descriptor_budget.ts";
import { sessionCounts } from "../../relay/server/session_counts.ts";
import type { SnaptServer } from "../../relay/server/snapt_server.ts";
import type { ReadMetric } from "../../status/metric.ts";
import type { SnaptMeasured } from "../../status/snapt_metrics.ts";
import { VERSION } from "../program/version.ts";
import type { RelaysIfAny } from "./relays_if_any.ts";
import type { SnaptMapping } from "./snapt_mapping.ts";

/** The parts of a running SNAPT of which metrics tell. */
export interface SnaptMetricsContext {
  readonly startedAt: Date;
  readonly server: SnaptServer;
  readonly relays: Pick<RelaysIfAny, "snapshot">;
  readonly mapping: Pick<SnaptMapping, "snapshot">;
  readonly datagramsDropped: () => SnaptMeasured["datagramsDropped"];
}

/**
 * What reads the metrics of a running SNAPT; hardly anybody asks for them. Strangers may, so that it
 * lists no streams as the status does.
 */
export async function loadSnaptMetrics(
  { startedAt, server, relays, mapping, datagramsDropped }: SnaptMetricsContext,
): Promise<() => readonly ReadMetric[]> {
  const { SNAPT_METRICS } = await import("../../status/snapt_metrics.ts");
  const { readMetrics } = await import("../../status/metric.ts");
  return () =>
    readMetrics(SNAPT_METRICS, {
      version: VERSION,
      startedAt,
      sessions: sessionCounts([...server.sessions.values()].map(({ driver }) => driver)),
      counters: server.counters,
      traffic: server.traffic.snapshot(),
      memoryBytes: server.memoryBytes,
      residentBytes: Deno.memoryUsage().rss,
      relays: relays.snapshot(),
      mapping: mapping.snapshot(),
      datagramsDropped: datagramsDropped(),
      descriptors: descriptors().snapshot(),
    });
}
