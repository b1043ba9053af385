import { DROP_REASONS, type DropReason } from "../core/datagram/drop_counters.ts";
import { type MappingWay, reachableOuter } from "../core/mapping/mapping_way.ts";
import type { DescriptorSnapshot } from "../net/descriptor_budget.ts";
import type { SessionCounts } from "../relay/server/session_counts.ts";
import type { SnaptServerSnapshot } from "../relay/server/snapt_server_snapshot.ts";
import type { ThroughRelaySnapshot } from "../relay/own_relay/through_relay.ts";
import type { ServiceTraffic } from "../relay/stream/stream_traffic.ts";
import { bothDirections, countsOf, type Metric, only } from "./metric.ts";
import { THROUGH_RELAY_METRICS } from "./through_relay_metrics.ts";

/** What they are made of. */
export interface SnaptMeasured extends Pick<SnaptServerSnapshot, "counters" | "memoryBytes"> {
  readonly version: string;
  readonly sessions: SessionCounts;
  readonly traffic: readonly ServiceTraffic[];
  /** What the program takes of the machine. */
  readonly residentBytes: number;
  readonly startedAt: Date;
  readonly relays: readonly ThroughRelaySnapshot[];
  /** Empty: no router is asked. */
  readonly mapping: readonly MappingWay[];
  readonly datagramsDropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly descriptors: Pick<DescriptorSnapshot, "open" | "limit">;
}

/** What a running SNAPT tells programs that collect: its sessions, its router, and the relays that it goes through. */
export const SNAPT_METRICS: readonly Metric<SnaptMeasured>[] = [
  {
    name: "snapt_build_info",
    help: "The version of SNAPT.",
    kind: "info",
    labels: ["version"],
    read: ({ version }) => [{ of: [version], value: 1 }],
  },
  {
    name: "snapt_start_time_seconds",
    help: "When SNAPT was started, in seconds since 1970.",
    kind: "gauge",
    labels: [],
    read: ({ startedAt }) => only(startedAt.getTime() / 1_000),
  },
  {
    name: "snapt_sessions",
    help: "Sessions of CNAPTs.",
    kind: "gauge",
    labels: ["state"],
    read: ({ sessions: { connected, away } }) => countsOf({ connected, away }),
  },
  {
    name: "snapt_sessions_begun_total",
    help: "Sessions that CNAPTs have begun.",
    kind: "counter",
    labels: [],
    read: ({ counters }) => only(counters.sessions),
  },
  {
    name: "snapt_streams",
    help: "Connections that are relayed now.",
    kind: "gauge",
    labels: ["service"],
    read: ({ traffic }) =>
      traffic.map(({ service, streams }) => ({ of: [service], value: streams })),
  },
  {
    name: "snapt_stream_bytes_total",
    help: "What relayed connections have moved, as on the wire: in from CNAPTs, out to them.",
    kind: "counter",
    labels: ["service", "direction"],
    read: ({ traffic }) =>
      traffic.flatMap((one) =>
        bothDirections(one).map(({ of, value }) => ({ of: [one.service, ...of], value }))
      ),
  },
  {
    name: "snapt_flows",
    help: "UDP conversations.",
    kind: "gauge",
    labels: [],
    read: ({ sessions }) => only(sessions.flows),
  },
  {
    name: "snapt_links_refused_total",
    help: "Connections that were not let in.",
    kind: "counter",
    labels: ["reason"],
    read: ({ counters: { turnedAway, malformed, refused, timedOut } }) =>
      countsOf({ turnedAway, malformed, refused, timedOut }),
  },
  {
    name: "snapt_buffer_bytes",
    help: "What is kept until it has arrived.",
    kind: "gauge",
    labels: [],
    read: ({ memoryBytes }) => only(memoryBytes),
  },
  {
    name: "snapt_memory_bytes",
    help: "What the program takes of the machine's memory.",
    kind: "gauge",
    labels: [],
    read: ({ residentBytes }) => only(residentBytes),
  },
  {
    name: "snapt_open_files",
    help: "Sockets and files.",
    kind: "gauge",
    labels: [],
    read: ({ descriptors }) => only(descriptors.open),
  },
  {
    name: "snapt_open_files_limit",
    help: "How many sockets and files the system lets it have.",
    kind: "gauge",
    labels: [],
    read: ({ descriptors }) => only(descriptors.limit),
  },
  {
    name: "snapt_datagrams_dropped_total",
    help: "Datagrams that were not passed on.",
    kind: "counter",
    labels: ["reason"],
    read: ({ datagramsDropped }) =>
      DROP_REASONS.map((reason) => ({ of: [reason], value: datagramsDropped[reason] ?? 0 })),
  },
  {
    name: "snapt_router_mapped",
    help: "Whether the router leads a port here, at an address that others reach.",
    kind: "gauge",
    labels: ["family"],
    read: ({ mapping }) =>
      mapping.map((way) => ({
        of: [`ipv${way.family}`],
        value: reachableOuter(way) === null ? 0 : 1,
      })),
  },
  ...THROUGH_RELAY_METRICS,
];
