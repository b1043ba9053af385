import type { MappingWay } from "../../../lib/core/mapping/mapping_way.ts";
import { noSnaptCounts } from "../../../lib/relay/server/snapt_counters.ts";
import { metricsText } from "../../../lib/status/metrics_text.ts";
import { snaptMetrics } from "../../../lib/status/snapt_metrics.ts";
import { assert } from "../../assert.ts";

const MAPPED: MappingWay = {
  ...{ family: 4, state: "mapped", method: "pcp", router: "192.168.7.1", own: "192.168.7.2" },
  ...{ udp: null, lifetimeS: 3_600, since: null, words: "", remedy: "" },
  tcp: { host: "20.30.40.5", port: 7_787 },
};

Deno.test("SNAPT tells of its router and each relay that it goes through, and of no address", () => {
  const relay = {
    ...{ name: "vps", address: "relay.example.org:7787", state: "attached" } as const,
    ...{ since: null, why: null, roundTripMs: 12.5, parked: 8, joined: 3, connections: 17 },
    ...{ receivedBytes: 5, sentBytes: 7 },
    quota: { state: "near", usedBytes: 90, limitBytes: 100 } as const,
  };
  const away = { ...relay, name: "b", state: "absent", roundTripMs: null, quota: null } as const;
  const text = metricsText(snaptMetrics({
    ...{ sessions: [], memoryBytes: 11, relays: [relay, away], descriptors: { open: 20 } },
    counters: { ...noSnaptCounts(), malformed: 2 },
    mapping: [MAPPED, { ...MAPPED, family: 6, state: "unmapped", tcp: null }],
  }));
  for (
    const line of [
      'snapt_sessions{state="connected"} 0',
      'snapt_links_refused_total{reason="malformed"} 2',
      "snapt_buffer_bytes 11",
      'snapt_router_mapped{family="ipv4"} 1',
      'snapt_router_mapped{family="ipv6"} 0',
      "snapt_open_files 20",
      'snapt_relay_up{relay="vps"} 1',
      'snapt_relay_up{relay="b"} 0',
      'snapt_relay_round_trip_seconds{relay="vps"} 0.0125',
      'snapt_relay_parked{relay="vps"} 8',
      'snapt_relay_connections{relay="vps"} 3',
      'snapt_relay_connections_total{relay="vps"} 17',
      'snapt_relay_bytes_total{relay="vps",direction="in"} 5',
      'snapt_relay_bytes_total{relay="vps",direction="out"} 7',
      'snapt_relay_month_bytes{relay="vps"} 90',
      'snapt_relay_month_limit_bytes{relay="vps"} 100',
    ]
  ) assert(text.includes(`\n${line}\n`), `${line} in ${text}`);
  for (
    const part of [
      "example.org",
      "20.30.40.5",
      'round_trip_seconds{relay="b"}',
      'month_bytes{relay="b"}',
    ]
  ) {
    assert(!text.includes(part), text);
  }
});
