import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { MovedClient, SnaptSwitchOutcome } from "../../relay/server/snapt_networks.ts";
import { errorOf } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { runningSnapt } from "./running_snapt.ts";

/** Relays and CNAPTs have thirteen seconds together. */
const ANSWER_MS = 20_000;

const WORDS = {
  moved: "is there",
  stays: "still comes over another network: it found no other way",
  away: "has no network now, and finds SNAPT when it has one",
} as const satisfies Readonly<Record<MovedClient["outcome"], string>>;

/**
 * `snapt switch`: the running SNAPT is reached over one network alone, or, where `to` is null, over
 * all that it has.
 *
 * @throws {CommandFailed} there is no such network, or not all CNAPTs could move
 */
export async function snaptSwitch({ identityFile, config, to, isJson }: {
  readonly identityFile: string;
  readonly config: SnaptConfig;
  readonly to: string | null;
  readonly isJson: boolean;
}): Promise<void> {
  const client = await runningSnapt(identityFile, config);
  const answer = await client.post("/switch", { to }, ANSWER_MS);
  if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
  const outcome: SnaptSwitchOutcome = JSON.parse(answer.body);
  if (isJson) showDocument("snapt.switch/1", outcome);
  else say(outcome);
  const stays = outcome.clients.filter((one) => one.outcome === "stays");
  if (stays.length === 0) return;
  const names = stays.map((one) => one.client).join(", ");
  throw new CommandFailed(`Cannot move everybody to ${to}: ${names} found no way there`);
}

function say({ network, clients }: SnaptSwitchOutcome): void {
  show(
    network === null
      ? "SNAPT is reached over all networks that it has."
      : `SNAPT is reached over ${network} alone; \`snapt switch --all\` ends that.`,
  );
  for (const { client, outcome } of clients) show(`  ${client.padEnd(16)} ${WORDS[outcome]}`);
}
