import { countsOf, type Metric, only, type Reading } from "./metric.ts";
import type { RelayedSnaptSnapshot, RelaySnapshot } from "./relay_snapshot.ts";

/** What they are made of. */
export interface RelayMeasured
  extends Pick<RelaySnapshot, "startedAt" | "counters" | "descriptors" | "snapts"> {
  readonly version: string;
  /** What the program takes of the machine. */
  readonly residentBytes: number;
}

/** What a running relay tells programs that collect. */
export const RELAY_METRICS: readonly Metric<RelayMeasured>[] = [
  {
    name: "snapt_relay_build_info",
    help: "The version of the relay.",
    kind: "info",
    labels: ["version"],
    read: ({ version }) => [{ of: [version], value: 1 }],
  },
  {
    name: "snapt_relay_start_time_seconds",
    help: "When the relay was started, in seconds since 1970.",
    kind: "gauge",
    labels: [],
    read: ({ startedAt }) => only(startedAt.getTime() / 1_000),
  },
  {
    name: "snapt_relay_snapt_up",
    help: "Whether the SNAPT is connected.",
    kind: "gauge",
    labels: ["snapt"],
    read: eachSnapt(({ state }) => state === "attached" ? 1 : 0),
  },
  {
    name: "snapt_relay_snapt_parked",
    help: "Connections of the SNAPT that wait for a caller.",
    kind: "gauge",
    labels: ["snapt"],
    read: eachSnapt(({ parked }) => parked),
  },
  {
    name: "snapt_relay_snapt_connections",
    help: "Callers that are joined to the SNAPT.",
    kind: "gauge",
    labels: ["snapt"],
    read: eachSnapt(({ joined }) => joined),
  },
  {
    name: "snapt_relay_snapt_joined_total",
    help: "Callers that were joined to the SNAPT.",
    kind: "counter",
    labels: ["snapt"],
    read: eachSnapt(({ connections }) => connections),
  },
  {
    name: "snapt_relay_snapt_bytes_total",
    help: "Bytes that were carried.",
    kind: "counter",
    labels: ["snapt", "direction"],
    read: ({ snapts }) =>
      snapts.flatMap(({ name, toSnaptBytes, fromSnaptBytes }) => [
        { of: [name, "to"], value: toSnaptBytes },
        { of: [name, "from"], value: fromSnaptBytes },
      ]),
  },
  {
    name: "snapt_relay_snapt_month_bytes",
    help: "What was carried in this month, both ways.",
    kind: "gauge",
    labels: ["snapt"],
    read: eachSnapt(({ month }) => month.toSnaptBytes + month.fromSnaptBytes),
  },
  {
    name: "snapt_relay_snapt_month_limit_bytes",
    help: "What may be carried in a month.",
    kind: "gauge",
    labels: ["snapt"],
    read: eachSnapt(({ month }) => month.limitBytes),
  },
  {
    name: "snapt_relay_callers_refused_total",
    help: "Callers that were not joined to the SNAPT.",
    kind: "counter",
    labels: ["snapt", "reason"],
    read: ({ snapts }) =>
      snapts.flatMap(({ name, refused }) =>
        Object.entries(refused).map(([reason, value]) => ({ of: [name, reason], value }))
      ),
  },
  {
    name: "snapt_relay_accepted_total",
    help: "Connections that came.",
    kind: "counter",
    labels: [],
    read: ({ counters }) => only(counters.accepted),
  },
  {
    name: "snapt_relay_refused_total",
    help: "Connections that were refused before they were for anybody.",
    kind: "counter",
    labels: ["reason"],
    read: ({ counters }) => countsOf(counters.refused),
  },
  {
    name: "snapt_relay_memory_bytes",
    help: "What the program takes of the machine's memory.",
    kind: "gauge",
    labels: [],
    read: ({ residentBytes }) => only(residentBytes),
  },
  {
    name: "snapt_relay_open_files",
    help: "Sockets and files.",
    kind: "gauge",
    labels: [],
    read: ({ descriptors }) => only(descriptors.open),
  },
  {
    name: "snapt_relay_open_files_limit",
    help: "How many sockets and files the system lets it have.",
    kind: "gauge",
    labels: [],
    read: ({ descriptors }) => only(descriptors.limit),
  },
];

function eachSnapt(
  valueOf: (snapt: RelayedSnaptSnapshot) => number | null,
): (measured: RelayMeasured) => readonly Reading<number | null>[] {
  return ({ snapts }) => snapts.map((snapt) => ({ of: [snapt.name], value: valueOf(snapt) }));
}
