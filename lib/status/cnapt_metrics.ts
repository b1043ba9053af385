import { DROP_REASONS } from "../core/datagram/drop_counters.ts";
import type { SiteMeasures } from "../relay/site/site_measures.ts";
import { sitePhaseOf } from "../relay/site/site_snapshot.ts";
import type { SwitchTotalsSnapshot } from "../relay/site/switch_totals.ts";
import type { ServiceTraffic } from "../relay/stream/stream_traffic.ts";
import { type CnaptSnapshot, overallState } from "./cnapt_document.ts";
import { bothDirections, inSeconds, type Metric, only, type Reading } from "./metric.ts";

/** What they are made of. */
export interface CnaptMeasured
  extends Pick<CnaptSnapshot, "startedAt" | "decisions" | "descriptors"> {
  readonly version: string;
  readonly sites: readonly SiteMeasures[];
  /** What the program takes of the machine. */
  readonly residentBytes: number;
  /** Since the start, of each site. */
  readonly totals: readonly {
    readonly site: string;
    readonly traffic: readonly ServiceTraffic[];
    readonly switches: SwitchTotalsSnapshot;
  }[];
}

/** What a running CNAPT tells programs that collect: whether each site is reached, and how. */
export const CNAPT_METRICS: readonly Metric<CnaptMeasured>[] = [
  {
    name: "cnapt_build_info",
    help: "The version of CNAPT.",
    kind: "info",
    labels: ["version"],
    read: ({ version }) => [{ of: [version], value: 1 }],
  },
  {
    name: "cnapt_start_time_seconds",
    help: "When CNAPT was started, in seconds since 1970.",
    kind: "gauge",
    labels: [],
    read: ({ startedAt }) => only(startedAt.getTime() / 1_000),
  },
  {
    name: "cnapt_memory_bytes",
    help: "What the program takes of the machine's memory.",
    kind: "gauge",
    labels: [],
    read: ({ residentBytes }) => only(residentBytes),
  },
  {
    name: "cnapt_open_files",
    help: "Sockets and files.",
    kind: "gauge",
    labels: [],
    read: ({ descriptors }) => only(descriptors.open),
  },
  {
    name: "cnapt_open_files_limit",
    help: "How many sockets and files the system lets it have.",
    kind: "gauge",
    labels: [],
    read: ({ descriptors }) => only(descriptors.limit),
  },
  {
    name: "cnapt_session_up",
    help: "Whether CNAPT is connected to SNAPT.",
    kind: "gauge",
    labels: ["site"],
    read: eachSite((site) => overallState([site]) === "connected" ? 1 : 0),
  },
  {
    name: "cnapt_silence_seconds",
    help: "How long ago something was heard of SNAPT.",
    kind: "gauge",
    labels: ["site"],
    read: eachSite(({ heardAgoMs }) => inSeconds(heardAgoMs)),
  },
  {
    name: "cnapt_session_info",
    help: "The network in use, and what the session does.",
    kind: "info",
    labels: ["site", "provider", "state"],
    read: ({ sites }) =>
      sites.map(({ name, provider, state }) => ({
        of: [name, provider, sitePhaseOf(state)],
        value: 1,
      })),
  },
  {
    name: "cnapt_switches_total",
    help: "Switches from one network to another, or to other links of the same.",
    kind: "counter",
    labels: ["site", "kind", "outcome"],
    read: ({ totals }) =>
      totals.flatMap(({ site, switches }) =>
        switches.kinds.flatMap(({ kind, switched, failed }) => [
          { of: [site, kind, "switched"], value: switched },
          { of: [site, kind, "failed"], value: failed },
        ])
      ),
  },
  {
    name: "cnapt_switch_stall_seconds",
    help:
      "How long the stream that waited longest had nothing to send on, in each switch with any.",
    kind: "histogram",
    labels: ["site", "kind"],
    read: ({ totals }) =>
      totals.flatMap(({ site, switches }) =>
        switches.kinds.map(({ kind, stall }) => ({ of: [site, kind], value: stall }))
      ),
  },
  {
    name: "cnapt_replayed_bytes_total",
    help: "What was sent a second time in switches, by both sides.",
    kind: "counter",
    labels: ["site"],
    read: ({ totals }) =>
      totals.map(({ site, switches }) => ({ of: [site], value: switches.replayedBytes })),
  },
  {
    name: "cnapt_streams",
    help: "Connections that are relayed now.",
    kind: "gauge",
    labels: ["site", "service"],
    read: eachService(({ streams }) => [{ of: [], value: streams }]),
  },
  {
    name: "cnapt_stream_bytes_total",
    help: "What relayed connections have moved, as on the wire: out to SNAPT, in from it.",
    kind: "counter",
    labels: ["site", "service", "direction"],
    read: eachService(bothDirections),
  },
  {
    name: "cnapt_flows",
    help: "UDP conversations.",
    kind: "gauge",
    labels: ["site"],
    read: eachSite(({ flows }) => flows),
  },
  {
    name: "cnapt_buffer_bytes",
    help: "What is kept until it has arrived.",
    kind: "gauge",
    labels: ["site"],
    read: eachSite(({ memoryBytes }) => memoryBytes),
  },
  {
    name: "cnapt_round_trip_seconds",
    help: "To SNAPT over the path in use, through the relay where there is one.",
    kind: "gauge",
    labels: ["site"],
    read: eachSite(({ roundTripMs }) => inSeconds(roundTripMs)),
  },
  {
    name: "cnapt_relay_on_path",
    help: "Whether the path to SNAPT leads through a relay.",
    kind: "gauge",
    labels: ["site"],
    read: eachSite(({ relay }) => relay === null ? 0 : 1),
  },
  {
    name: "cnapt_relay_round_trip_seconds",
    help: "To the relay on the path, the smallest that was measured on the control link.",
    kind: "gauge",
    labels: ["site"],
    read: eachSite(({ relay }) => inSeconds(relay?.roundTripMs ?? null)),
  },
  {
    name: "cnapt_provider_round_trip_seconds",
    help: "To SNAPT over each network, as measured last.",
    kind: "gauge",
    labels: ["site", "provider"],
    read: eachProvider((measurement) => inSeconds(measurement?.roundTripMs ?? null)),
  },
  {
    name: "cnapt_provider_loss_ratio",
    help: "Share of questions to SNAPT over each network that were answered late or never.",
    kind: "gauge",
    labels: ["site", "provider"],
    read: eachProvider((measurement) => measurement?.loss ?? null),
  },
  {
    name: "cnapt_datagrams_dropped_total",
    help: "Datagrams that were not passed on.",
    kind: "counter",
    labels: ["site", "reason"],
    read: ({ sites }) =>
      sites.flatMap(({ name, datagramsDropped }) =>
        DROP_REASONS.map((reason) => ({
          of: [name, reason],
          value: datagramsDropped[reason] ?? 0,
        }))
      ),
  },
];

type NumberReader = (measured: CnaptMeasured) => readonly Reading<number | null>[];

function eachSite(valueOf: (site: SiteMeasures) => number | null): NumberReader {
  return ({ sites }) => sites.map((site) => ({ of: [site.name], value: valueOf(site) }));
}

function eachService(
  readingsOf: (traffic: ServiceTraffic) => readonly Reading<number>[],
): NumberReader {
  return ({ totals }) =>
    totals.flatMap(({ site, traffic }) =>
      traffic.flatMap((one) =>
        readingsOf(one).map(({ of, value }) => ({ of: [site, one.service, ...of], value }))
      )
    );
}

type ShownMeasurement = CnaptSnapshot["decisions"][string]["providers"][number]["measurement"];

function eachProvider(valueOf: (measurement: ShownMeasurement) => number | null): NumberReader {
  return ({ decisions }) =>
    Object.entries(decisions).flatMap(([site, { providers }]) =>
      providers.map(({ candidate, measurement }) => ({
        of: [site, candidate.key],
        value: valueOf(measurement),
      }))
    );
}
