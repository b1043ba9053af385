import { cnaptMetrics } from "../../../lib/status/cnapt_metrics.ts";
import { metricsText } from "../../../lib/status/metrics_text.ts";
import { assert } from "../../assert.ts";
import { siteSnapshot } from "./kit/site_snapshot.ts";

Deno.test("CNAPT tells of each site whether it is reached, and whether through a relay", () => {
  const relay = { address: "relay.example.org:7787", roundTripMs: 4.5 };
  const sites = [
    siteSnapshot({ relay, roundTripMs: 31 }),
    siteSnapshot({ name: "work", state: "searching", roundTripMs: null }),
  ];
  const text = metricsText(cnaptMetrics({ sites }));
  for (
    const line of [
      'cnapt_session_up{site="home"} 1',
      'cnapt_session_up{site="work"} 0',
      'cnapt_session_info{site="home",provider="eth0",state="connected"} 1',
      'cnapt_round_trip_seconds{site="home"} 0.031',
      'cnapt_relay_on_path{site="home"} 1',
      'cnapt_relay_on_path{site="work"} 0',
      'cnapt_relay_round_trip_seconds{site="home"} 0.0045',
    ]
  ) assert(text.includes(`\n${line}\n`), `${line} in ${text}`);
  assert(!text.includes("example.org") && !text.includes('trip_seconds{site="work"}'), text);
});
