import type { CnaptStatusContext } from "../../../../lib/status/cnapt_status.ts";
import { PathHistory } from "../../../../lib/status/history/path_history.ts";
import { liveSource } from "./live_source.ts";
import { cnaptSnapshot } from "./site_snapshot.ts";

/** A CNAPT without sites that is asked for nothing, but for what `given` says. */
export function cnaptContext(given: Partial<CnaptStatusContext>): CnaptStatusContext {
  return {
    token: "",
    version: "1",
    snapshot: () => cnaptSnapshot([]),
    metrics: () => Promise.resolve([]),
    events: () => new Response(),
    live: liveSource(),
    history: new PathHistory(),
    answer: (provider) => Promise.resolve({ outcome: "unasked", provider }),
    switchTo: () => Promise.reject(new Error("not asked for")),
    release: () => {},
    probe: () => Promise.resolve(),
    measure: () => Promise.resolve({}),
    reload: () => Promise.resolve({ outcome: "reloaded" }),
    mistake: () => {},
    ...given,
  };
}
