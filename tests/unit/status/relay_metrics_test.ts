import { noRelayCounts } from "../../../lib/relay/own_relay/relay_counters.ts";
import { metricsText } from "../../../lib/status/metrics_text.ts";
import { relayMetrics } from "../../../lib/status/relay_metrics.ts";
import { assert } from "../../assert.ts";

Deno.test("a relay tells of each SNAPT, and of who was refused", () => {
  const counters = noRelayCounts();
  counters.accepted = 9;
  counters.refused.unknownName = 4;
  const text = metricsText(relayMetrics({
    ...{ id: "ab", name: "vps", startedAt: new Date(), listen: ["[::]:7787"], counters },
    snapts: [{
      ...{ name: "homepc", state: "attached", since: null, from: "192.0.2.7:5" } as const,
      ...{ parked: 8, joined: 1, waiting: 0, connections: 3, toSnaptBytes: 5, fromSnaptBytes: 7 },
      refused: { full: 0, absent: 2, spent: 0 },
      month: {
        ...{ month: "2026-11", toSnaptBytes: 50, fromSnaptBytes: 70, limitBytes: 1_000 },
        quota: "free",
      },
    }],
    descriptors: { limit: 1_024, open: 20, refused: 0, short: 0 },
  }));
  for (
    const line of [
      'snapt_relay_snapt_up{snapt="homepc"} 1',
      'snapt_relay_snapt_parked{snapt="homepc"} 8',
      'snapt_relay_snapt_connections{snapt="homepc"} 1',
      'snapt_relay_snapt_connections_total{snapt="homepc"} 3',
      'snapt_relay_snapt_bytes_total{snapt="homepc",direction="to"} 5',
      'snapt_relay_snapt_bytes_total{snapt="homepc",direction="from"} 7',
      'snapt_relay_snapt_month_bytes{snapt="homepc"} 120',
      'snapt_relay_snapt_month_limit_bytes{snapt="homepc"} 1000',
      'snapt_relay_callers_refused_total{snapt="homepc",reason="absent"} 2',
      "snapt_relay_accepted_total 9",
      'snapt_relay_refused_total{reason="unknownName"} 4',
      "snapt_relay_open_files 20",
    ]
  ) assert(text.includes(`\n${line}\n`), `${line} in ${text}`);
  assert(!text.includes("192.0.2.7"), text);
});
