import type { SessionMove } from "../../core/decision/session_move.ts";
import type { SubjectView } from "../decision/decision_subject.ts";
import type { CnaptFlows } from "../datagram/cnapt_flows.ts";
import type { CnaptDriver } from "../session/cnapt_driver.ts";
import { servicesInUse } from "./services_in_use.ts";
import { streamBytes } from "./site_path.ts";

/** What the decision task looks at, of a session that is connected. */
export function siteView(
  { session }: Pick<CnaptDriver, "session">,
  flows: CnaptFlows,
  moves: readonly SessionMove[],
): SubjectView {
  const { provider, meter, streams } = session;
  return {
    provider,
    meter,
    streams: streams.size,
    moved: () => streamBytes(session),
    services: servicesInUse(streams, flows),
    moves,
  };
}
