import { noRelayCounts } from "../../../lib/relay/own_relay/relay_counters.ts";
import { RELAY_METRICS } from "../../../lib/status/relay_metrics.ts";
import { assert } from "../../assert.ts";
import { assertLines, relayMeasured, textOf } from "./kit/measured.ts";

Deno.test("a relay tells of each SNAPT, and of who was refused", () => {
  const counters = noRelayCounts();
  counters.accepted = 9;
  counters.refused.unknownName = 4;
  const text = textOf(RELAY_METRICS, relayMeasured({ counters }));
  assertLines(text, [
    'snapt_relay_build_info{version="1.2.3"} 1',
    'snapt_relay_snapt_up{snapt="homepc"} 1',
    'snapt_relay_snapt_parked{snapt="homepc"} 8',
    'snapt_relay_snapt_connections{snapt="homepc"} 1',
    'snapt_relay_snapt_joined_total{snapt="homepc"} 3',
    'snapt_relay_snapt_bytes_total{snapt="homepc",direction="to"} 5',
    'snapt_relay_snapt_bytes_total{snapt="homepc",direction="from"} 7',
    'snapt_relay_snapt_month_bytes{snapt="homepc"} 120',
    'snapt_relay_snapt_month_limit_bytes{snapt="homepc"} 1000',
    'snapt_relay_callers_refused_total{snapt="homepc",reason="absent"} 2',
    "snapt_relay_accepted_total 9",
    'snapt_relay_refused_total{reason="unknownName"} 4',
    "snapt_relay_open_files 20",
    "snapt_relay_memory_bytes 5",
  ]);
  assert(!text.includes("192.0.2.7"), text);
});
