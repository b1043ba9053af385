import { sitePhaseOf } from "../relay/site/site_snapshot.ts";
import { type CnaptSnapshot, overallState } from "./cnapt_document.ts";
import { inSeconds, type Metric, samplesOf } from "./metrics_text.ts";

/** What a running CNAPT tells programs that collect: whether each site is reached, and how. */
export function cnaptMetrics({ sites }: Pick<CnaptSnapshot, "sites">): readonly Metric[] {
  const each = (valueOf: (site: CnaptSnapshot["sites"][number]) => number | null) =>
    samplesOf("site", sites, ({ name }) => name, valueOf);
  return [
    {
      name: "cnapt_session_up",
      help: "Whether CNAPT is connected to SNAPT.",
      kind: "gauge",
      samples: each((site) => overallState([site]) === "connected" ? 1 : 0),
    },
    {
      name: "cnapt_session_info",
      help: "The network in use, and what the session does.",
      kind: "gauge",
      samples: sites.map(({ name: site, provider, state }) => ({
        labels: { site, provider, state: sitePhaseOf(state) },
        value: 1,
      })),
    },
    {
      name: "cnapt_round_trip_seconds",
      help: "To SNAPT over the path in use, through the relay where there is one.",
      kind: "gauge",
      samples: each(({ roundTripMs }) => inSeconds(roundTripMs)),
    },
    {
      name: "cnapt_relay_on_path",
      help: "Whether the path to SNAPT leads through a relay.",
      kind: "gauge",
      samples: each(({ relay }) => relay === null ? 0 : 1),
    },
    {
      name: "cnapt_relay_round_trip_seconds",
      help: "To the relay on the path, the smallest that was measured on the control link.",
      kind: "gauge",
      samples: each(({ relay }) => inSeconds(relay?.roundTripMs ?? null)),
    },
  ];
}
