import { countsOf, type Metric, samplesOf } from "./metrics_text.ts";
import type { RelayedSnaptSnapshot, RelaySnapshot } from "./relay_snapshot.ts";

/** What a running relay tells programs that collect. */
export function relayMetrics({ counters, descriptors, snapts }: RelaySnapshot): readonly Metric[] {
  const each = (valueOf: (snapt: RelayedSnaptSnapshot) => number | null) =>
    samplesOf("snapt", snapts, ({ name }) => name, valueOf);
  return [
    {
      name: "snapt_relay_snapt_up",
      help: "Whether the SNAPT is connected.",
      kind: "gauge",
      samples: each(({ state }) => state === "attached" ? 1 : 0),
    },
    {
      name: "snapt_relay_snapt_parked",
      help: "Connections of the SNAPT that wait for a caller.",
      kind: "gauge",
      samples: each(({ parked }) => parked),
    },
    {
      name: "snapt_relay_snapt_connections",
      help: "Callers that are joined to the SNAPT.",
      kind: "gauge",
      samples: each(({ joined }) => joined),
    },
    {
      name: "snapt_relay_snapt_connections_total",
      help: "Callers that were joined to the SNAPT.",
      kind: "counter",
      samples: each(({ connections }) => connections),
    },
    {
      name: "snapt_relay_snapt_bytes_total",
      help: "Bytes that were carried.",
      kind: "counter",
      samples: snapts.flatMap(({ name: snapt, toSnaptBytes, fromSnaptBytes }) => [
        { labels: { snapt, direction: "to" }, value: toSnaptBytes },
        { labels: { snapt, direction: "from" }, value: fromSnaptBytes },
      ]),
    },
    {
      name: "snapt_relay_snapt_month_bytes",
      help: "What was carried in this month, both ways.",
      kind: "gauge",
      samples: each(({ month }) => month.toSnaptBytes + month.fromSnaptBytes),
    },
    {
      name: "snapt_relay_snapt_month_limit_bytes",
      help: "What may be carried in a month.",
      kind: "gauge",
      samples: each(({ month }) => month.limitBytes),
    },
    {
      name: "snapt_relay_callers_refused_total",
      help: "Callers that were not joined to the SNAPT.",
      kind: "counter",
      samples: snapts.flatMap(({ name: snapt, refused }) =>
        Object.entries(refused).map(([reason, value]) => ({ labels: { snapt, reason }, value }))
      ),
    },
    {
      name: "snapt_relay_accepted_total",
      help: "Connections that came.",
      kind: "counter",
      samples: [{ value: counters.accepted }],
    },
    {
      name: "snapt_relay_refused_total",
      help: "Connections that were refused before they were for anybody.",
      kind: "counter",
      samples: countsOf("reason", counters.refused),
    },
    {
      name: "snapt_relay_open_files",
      help: "Sockets and files.",
      kind: "gauge",
      samples: [{ value: descriptors.open }],
    },
  ];
}
