import type { MeasuredNetwork } from "../../relay/decision/decision_snapshot.ts";
import type { MeasuredNetworks } from "../../status/cnapt_status.ts";
import { errorOf } from "../program/status_client.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { inBytesPerSecond } from "../../status/words/describe_rate.ts";
import { failureAt } from "./refused_sites.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";

/** One network after the other: a link is opened over it, and then a second passes at most. */
const ANSWER_MS = 60_000;

/**
 * `cnapt measure`: moves some bytes over a network, beside all else, and says what it carries;
 * `provider` null: over each that is not metered.
 *
 * @throws {CommandFailed} none could be measured
 */
export async function cnaptMeasure(
  cnapt: AskedCnapt,
  { provider, isJson }: { readonly provider: string | null; readonly isJson: boolean },
): Promise<void> {
  const client = runningCnapt(cnapt);
  const answer = await client.post("/measure", { provider }, ANSWER_MS);
  if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
  const measured: MeasuredNetworks = JSON.parse(answer.body);
  if (isJson) showDocument("cnapt.measure/1", { sites: measured });
  else {
    for (const [site, networks] of Object.entries(measured)) {
      for (const network of networks) show(`site ${site}: ${measuredLine(network)}`);
    }
  }
  if (Object.values(measured).flat().some(({ problem }) => problem === null)) return;
  throw await failureAt(client, {
    site: null,
    action: "measure",
    otherwise: new CommandFailed("Cannot measure: no network carried anything to SNAPT", {
      exit: "noNetwork",
    }),
  });
}

/** What a network carries, for people: at least so much, as a short probe cannot show more. */
export function measuredLine({ provider, problem, down, up }: MeasuredNetwork): string {
  if (problem !== null) return `${provider} was not measured: it ${problem}`;
  const rate = (bytes: number | null) => bytes === null ? "unknown" : inBytesPerSecond(bytes);
  return `${provider} carries about ${rate(down)} down, ${rate(up)} up`;
}
