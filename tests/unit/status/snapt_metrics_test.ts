import { noSnaptCounts } from "../../../lib/relay/server/snapt_counters.ts";
import { SNAPT_METRICS } from "../../../lib/status/snapt_metrics.ts";
import { assert } from "../../assert.ts";
import { assertLines, MAPPED, snaptMeasured, textOf, THROUGH_RELAY } from "./kit/measured.ts";

Deno.test("SNAPT tells of its router and each relay that it goes through, and of no address", () => {
  const away = {
    ...THROUGH_RELAY,
    ...{ name: "b", state: "absent", roundTripMs: null, quota: null } as const,
  };
  const text = textOf(
    SNAPT_METRICS,
    snaptMeasured({
      relays: [THROUGH_RELAY, away],
      counters: { ...noSnaptCounts(), malformed: 2, sessions: 4 },
      mapping: [MAPPED, { ...MAPPED, family: 6, state: "unmapped", tcp: null }],
      datagramsDropped: { forged: 3 },
      startedAt: new Date(5_500),
    }),
  );
  assertLines(text, [
    'snapt_build_info{version="1.2.3"} 1',
    "snapt_start_time_seconds 5.5",
    'snapt_sessions{state="connected"} 3',
    'snapt_sessions{state="away"} 1',
    "snapt_memory_bytes 5",
    "snapt_sessions_begun_total 4",
    'snapt_streams{service="ssh"} 2',
    'snapt_stream_bytes_total{service="ssh",direction="in"} 70',
    'snapt_stream_bytes_total{service="ssh",direction="out"} 30',
    "snapt_flows 2",
    'snapt_links_refused_total{reason="malformed"} 2',
    "snapt_buffer_bytes 11",
    'snapt_datagrams_dropped_total{reason="forged"} 3',
    'snapt_datagrams_dropped_total{reason="tooBig"} 0',
    'snapt_router_mapped{family="ipv4"} 1',
    'snapt_router_mapped{family="ipv6"} 0',
    "snapt_open_files 20",
    "snapt_open_files_limit 1024",
    'snapt_relay_up{relay="vps"} 1',
    'snapt_relay_up{relay="b"} 0',
    'snapt_relay_round_trip_seconds{relay="vps"} 0.0125',
    'snapt_relay_parked{relay="vps"} 8',
    'snapt_relay_connections{relay="vps"} 3',
    'snapt_relay_joined_total{relay="vps"} 17',
    'snapt_relay_bytes_total{relay="vps",direction="in"} 5',
    'snapt_relay_bytes_total{relay="vps",direction="out"} 7',
    'snapt_relay_month_bytes{relay="vps"} 90',
    'snapt_relay_month_limit_bytes{relay="vps"} 100',
  ]);
  const unsaid = ['round_trip_seconds{relay="b"}', 'month_bytes{relay="b"}'];
  for (const part of ["example.org", "20.30.40.5", ...unsaid]) assert(!text.includes(part), text);
});
