import { CNAPT_METRICS } from "../../../lib/status/cnapt_metrics.ts";
import { assert } from "../../assert.ts";
import { assertLines, cnaptMeasured, measuredSite, textOf } from "./kit/measured.ts";

Deno.test("CNAPT tells of each site whether it is reached, and whether through a relay", () => {
  const relay = { address: "relay.example.org:7787", roundTripMs: 4.5 };
  const sites = [
    measuredSite({ relay, roundTripMs: 31, memoryBytes: 4_096, heardAgoMs: 250 }),
    measuredSite({
      ...{ name: "work", state: "searching", roundTripMs: null },
      datagramsDropped: { heldTooLong: 6 },
    }),
  ];
  const text = textOf(CNAPT_METRICS, cnaptMeasured(sites, { startedAt: new Date(1_250) }));
  assertLines(text, [
    'cnapt_build_info{version="1.2.3"} 1',
    "cnapt_start_time_seconds 1.25",
    "cnapt_open_files 20",
    "cnapt_memory_bytes 5",
    'cnapt_silence_seconds{site="home"} 0.25',
    'cnapt_session_up{site="home"} 1',
    'cnapt_session_up{site="work"} 0',
    'cnapt_session_info{site="home",provider="eth0",state="connected"} 1',
    'cnapt_switches_total{site="home",kind="sudden",outcome="switched"} 3',
    'cnapt_switches_total{site="home",kind="sudden",outcome="failed"} 1',
    'cnapt_switch_stall_seconds_bucket{site="home",kind="sudden",le="0.5"} 2',
    'cnapt_switch_stall_seconds_bucket{site="home",kind="sudden",le="+Inf"} 3',
    'cnapt_switch_stall_seconds_sum{site="home",kind="sudden"} 1.1',
    'cnapt_replayed_bytes_total{site="home"} 17',
    'cnapt_streams{site="home",service="ssh"} 2',
    'cnapt_stream_bytes_total{site="home",service="ssh",direction="in"} 70',
    'cnapt_stream_bytes_total{site="home",service="ssh",direction="out"} 30',
    'cnapt_flows{site="home"} 0',
    'cnapt_buffer_bytes{site="home"} 4096',
    'cnapt_round_trip_seconds{site="home"} 0.031',
    'cnapt_relay_on_path{site="home"} 1',
    'cnapt_relay_on_path{site="work"} 0',
    'cnapt_relay_round_trip_seconds{site="home"} 0.0045',
    'cnapt_datagrams_dropped_total{site="work",reason="heldTooLong"} 6',
  ]);
  assert(!text.includes("example.org") && !text.includes('trip_seconds{site="work"}'), text);
});
