import { type MappingWay, reachableOuter } from "../core/mapping/mapping_way.ts";
import type { DescriptorSnapshot } from "../net/descriptor_budget.ts";
import type { SnaptServerSnapshot } from "../relay/server/snapt_server_snapshot.ts";
import type { ThroughRelaySnapshot } from "../relay/own_relay/through_relay.ts";
import { countsOf, inSeconds, type Metric, samplesOf } from "./metrics_text.ts";

/** What they are made of. */
interface SnaptMeasured extends Pick<SnaptServerSnapshot, "sessions" | "counters" | "memoryBytes"> {
  readonly relays: readonly ThroughRelaySnapshot[];
  /** Empty: no router is asked. */
  readonly mapping: readonly MappingWay[];
  readonly descriptors: Pick<DescriptorSnapshot, "open">;
}

/** What a running SNAPT tells programs that collect: its sessions, its router, and the relays that it goes through. */
export function snaptMetrics(snapshot: SnaptMeasured): readonly Metric[] {
  const { counters, descriptors, mapping, memoryBytes, relays, sessions } = snapshot;
  const away = sessions.filter((session) => session.away !== null).length;
  const { turnedAway, malformed, refused, timedOut } = counters;
  return [
    {
      name: "snapt_sessions",
      help: "Sessions of CNAPTs.",
      kind: "gauge",
      samples: countsOf("state", { connected: sessions.length - away, away }),
    },
    {
      name: "snapt_links_refused_total",
      help: "Connections that were not let in.",
      kind: "counter",
      samples: countsOf("reason", { turnedAway, malformed, refused, timedOut }),
    },
    {
      name: "snapt_buffer_bytes",
      help: "What is kept until it has arrived.",
      kind: "gauge",
      samples: [{ value: memoryBytes }],
    },
    {
      name: "snapt_open_files",
      help: "Sockets and files.",
      kind: "gauge",
      samples: [{ value: descriptors.open }],
    },
    {
      name: "snapt_router_mapped",
      help: "Whether the router leads a port here, at an address that others reach.",
      kind: "gauge",
      samples: mapping.map((way) => ({
        labels: { family: `ipv${way.family}` },
        value: reachableOuter(way) === null ? 0 : 1,
      })),
    },
    ...throughRelayMetrics(relays),
  ];
}

function throughRelayMetrics(relays: readonly ThroughRelaySnapshot[]): readonly Metric[] {
  const each = (valueOf: (relay: ThroughRelaySnapshot) => number | null) =>
    samplesOf("relay", relays, ({ name }) => name, valueOf);
  return [
    {
      name: "snapt_relay_up",
      help: "Whether SNAPT is connected to the relay.",
      kind: "gauge",
      samples: each(({ state }) => state === "attached" ? 1 : 0),
    },
    {
      name: "snapt_relay_round_trip_seconds",
      help: "Between SNAPT and the relay, as asked last.",
      kind: "gauge",
      samples: each(({ roundTripMs }) => inSeconds(roundTripMs)),
    },
    {
      name: "snapt_relay_parked",
      help: "Connections that wait at the relay for a CNAPT.",
      kind: "gauge",
      samples: each(({ parked }) => parked),
    },
    {
      name: "snapt_relay_connections",
      help: "Connections that the relay has brought and that are there.",
      kind: "gauge",
      samples: each(({ joined }) => joined),
    },
    {
      name: "snapt_relay_connections_total",
      help: "Connections that the relay has brought.",
      kind: "counter",
      samples: each(({ connections }) => connections),
    },
    {
      name: "snapt_relay_bytes_total",
      help: "Bytes that went by the relay.",
      kind: "counter",
      samples: relays.flatMap(({ name: relay, receivedBytes, sentBytes }) => [
        { labels: { relay, direction: "in" }, value: receivedBytes },
        { labels: { relay, direction: "out" }, value: sentBytes },
      ]),
    },
    {
      name: "snapt_relay_month_bytes",
      help: "What the relay has carried in this month, where it has a limit.",
      kind: "gauge",
      samples: each(({ quota }) => quota?.usedBytes ?? null),
    },
    {
      name: "snapt_relay_month_limit_bytes",
      help: "What the relay may carry in a month.",
      kind: "gauge",
      samples: each(({ quota }) => quota?.limitBytes ?? null),
    },
  ];
}
