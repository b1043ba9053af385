import type { CnaptSite } from "../../relay/site/cnapt_site.ts";
import type { DecisionTask } from "../../relay/decision/decision_task.ts";
import {
  type SwitchContext,
  type SwitchOutcome,
  type SwitchRequest,
  switchSites,
} from "../../relay/site/switch_sites.ts";

/** What the user asks for is kept until it is taken back, or the network turns critical. */
export async function switchAsAsked(
  running: readonly { readonly site: CnaptSite; readonly decision: DecisionTask }[],
  request: SwitchRequest,
  context: SwitchContext,
): Promise<SwitchOutcome> {
  const wanted = running.filter(({ site }) => (request.site ?? site.name) === site.name);
  const before = wanted.map(({ decision }) => decision.choose(request.to));
  const outcome = await switchSites(running.map(({ site }) => site), request, context);
  if (outcome.outcome === "failed") {
    for (const [index, { decision }] of wanted.entries()) decision.choose(before[index] ?? null);
  }
  return outcome;
}
