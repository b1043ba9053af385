import type { MappingWay } from "../../../../lib/core/mapping/mapping_way.ts";
import type { ThroughRelaySnapshot } from "../../../../lib/relay/own_relay/through_relay.ts";
import { noRelayCounts } from "../../../../lib/relay/own_relay/relay_counters.ts";
import { noSnaptCounts } from "../../../../lib/relay/server/snapt_counters.ts";
import type { ServiceTraffic } from "../../../../lib/relay/stream/stream_traffic.ts";
import type { SiteMeasures } from "../../../../lib/relay/site/site_measures.ts";
import type { CnaptMeasured } from "../../../../lib/status/cnapt_metrics.ts";
import { type Metric, readMetrics } from "../../../../lib/status/metric.ts";
import { type MetricsForm, metricsText } from "../../../../lib/status/metrics_text.ts";
import type { RelayMeasured } from "../../../../lib/status/relay_metrics.ts";
import type { SnaptMeasured } from "../../../../lib/status/snapt_metrics.ts";
import { assert } from "../../../assert.ts";
import { cnaptSnapshot } from "./site_snapshot.ts";

const SSH: ServiceTraffic = { service: "ssh", streams: 2, inBytes: 70, outBytes: 30 };

const TOTALS: CnaptMeasured["totals"][number] = {
  site: "home",
  traffic: [SSH],
  switches: {
    kinds: [{
      ...{ kind: "sudden", switched: 3, failed: 1 },
      stall: { bounds: [0.5, 1], upTo: [2, 3], count: 3, sum: 1.1 },
    }],
    replayedBytes: 17,
  },
};

/** A site at rest. */
export function measuredSite(changes: Partial<SiteMeasures> = {}): SiteMeasures {
  return {
    ...{ name: "home", state: "connected", provider: "eth0", roundTripMs: 1.5, heardAgoMs: 1 },
    ...{ relay: null, memoryBytes: 0, flows: 0, datagramsDropped: {} },
    ...changes,
  };
}

/** What a CNAPT of these sites measures. */
export function cnaptMeasured(
  sites: readonly SiteMeasures[],
  changes: Partial<CnaptMeasured> = {},
): CnaptMeasured {
  return {
    ...cnaptSnapshot([]),
    sites,
    version: "1.2.3",
    residentBytes: 5,
    totals: [TOTALS],
    ...changes,
  };
}

export const MAPPED: MappingWay = {
  ...{ family: 4, state: "mapped", method: "pcp", router: "192.168.7.1", own: "192.168.7.2" },
  ...{ udp: null, lifetimeS: 3_600, since: null, words: "", remedy: "" },
  tcp: { host: "20.30.40.5", port: 7_787 },
};

export const THROUGH_RELAY: ThroughRelaySnapshot = {
  ...{ name: "vps", address: "relay.example.org:7787", state: "attached" },
  ...{ since: null, why: null, roundTripMs: 12.5, parked: 8, joined: 3, connections: 17 },
  ...{ receivedBytes: 5, sentBytes: 7 },
  quota: { state: "near", usedBytes: 90, limitBytes: 100 },
};

export function snaptMeasured(changes: Partial<SnaptMeasured> = {}): SnaptMeasured {
  return {
    ...{ version: "1.2.3", startedAt: new Date(), counters: noSnaptCounts() },
    ...{ sessions: { connected: 3, away: 1, flows: 2 }, residentBytes: 5 },
    ...{ memoryBytes: 11, relays: [THROUGH_RELAY], mapping: [MAPPED], datagramsDropped: {} },
    descriptors: { open: 20, limit: 1_024 },
    traffic: [SSH],
    ...changes,
  };
}

export function relayMeasured(changes: Partial<RelayMeasured> = {}): RelayMeasured {
  return {
    ...{ version: "1.2.3", startedAt: new Date(), counters: noRelayCounts(), residentBytes: 5 },
    snapts: [{
      ...{ name: "homepc", state: "attached", since: null, from: "192.0.2.7:5" },
      ...{ parked: 8, joined: 1, waiting: 0, connections: 3, toSnaptBytes: 5, fromSnaptBytes: 7 },
      refused: { full: 0, absent: 2, spent: 0 },
      month: {
        ...{ month: "2026-11", toSnaptBytes: 50, fromSnaptBytes: 70, limitBytes: 1_000 },
        quota: "free",
      },
    }],
    descriptors: { limit: 1_024, open: 20, refused: 0, short: 0 },
    ...changes,
  };
}

export function textOf<Snapshot>(
  metrics: readonly Metric<Snapshot>[],
  snapshot: Snapshot,
  form?: MetricsForm,
): string {
  return metricsText(readMetrics(metrics, snapshot), form);
}

export function assertLines(text: string, lines: readonly string[]): void {
  for (const line of lines) assert(`\n${text}`.includes(`\n${line}\n`), `${line} in ${text}`);
}
