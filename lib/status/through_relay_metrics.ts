import type { ThroughRelaySnapshot } from "../relay/own_relay/through_relay.ts";
import type { Metric, Reading } from "./metric.ts";
import { inSeconds } from "./metric.ts";

interface Relays {
  readonly relays: readonly ThroughRelaySnapshot[];
}

/** What a SNAPT tells of the relays that it goes through. */
export const THROUGH_RELAY_METRICS: readonly Metric<Relays>[] = [
  {
    name: "snapt_relay_up",
    help: "Whether SNAPT is connected to the relay.",
    kind: "gauge",
    labels: ["relay"],
    read: eachRelay(({ state }) => state === "attached" ? 1 : 0),
  },
  {
    name: "snapt_relay_round_trip_seconds",
    help: "Between SNAPT and the relay, as asked last.",
    kind: "gauge",
    labels: ["relay"],
    read: eachRelay(({ roundTripMs }) => inSeconds(roundTripMs)),
  },
  {
    name: "snapt_relay_parked",
    help: "Connections that wait at the relay for a CNAPT.",
    kind: "gauge",
    labels: ["relay"],
    read: eachRelay(({ parked }) => parked),
  },
  {
    name: "snapt_relay_connections",
    help: "Connections that the relay has brought and that are there.",
    kind: "gauge",
    labels: ["relay"],
    read: eachRelay(({ joined }) => joined),
  },
  {
    name: "snapt_relay_joined_total",
    help: "Connections that the relay has brought.",
    kind: "counter",
    labels: ["relay"],
    read: eachRelay(({ connections }) => connections),
  },
  {
    name: "snapt_relay_bytes_total",
    help: "Bytes that went by the relay.",
    kind: "counter",
    labels: ["relay", "direction"],
    read: ({ relays }) =>
      relays.flatMap(({ name, receivedBytes, sentBytes }) => [
        { of: [name, "in"], value: receivedBytes },
        { of: [name, "out"], value: sentBytes },
      ]),
  },
  {
    name: "snapt_relay_month_bytes",
    help: "What the relay has carried in this month, where it has a limit.",
    kind: "gauge",
    labels: ["relay"],
    read: eachRelay(({ quota }) => quota?.usedBytes ?? null),
  },
  {
    name: "snapt_relay_month_limit_bytes",
    help: "What the relay may carry in a month.",
    kind: "gauge",
    labels: ["relay"],
    read: eachRelay(({ quota }) => quota?.limitBytes ?? null),
  },
];

function eachRelay(
  valueOf: (relay: ThroughRelaySnapshot) => number | null,
): (snapshot: Relays) => readonly Reading<number | null>[] {
  return ({ relays }) => relays.map((relay) => ({ of: [relay.name], value: valueOf(relay) }));
}
