import type { AnswerOutcome } from "../../relay/decision/confirmations.ts";
import type { SwitchOutcome } from "../../relay/site/switch_sites.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import { errorOf, type StatusAnswer, type StatusClient } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { type CnaptAsker, CnaptWatch, switchWords } from "../screen/cnapt_watch.ts";
import { cnaptChanges } from "../screen/plain_changes.ts";
import { WatchSource } from "../screen/watch_source.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";
import { watchStatus } from "./watch_status.ts";

/** A switch, with what connects the network, takes no longer. */
const ANSWER_MS = 600_000;

/** `cnapt status --watch`: the live view, in which networks are changed and questions answered. */
export async function cnaptWatch(cnapt: AskedCnapt): Promise<void> {
  const client = runningCnapt(cnapt);
  const source = new WatchSource<CnaptDocument>(client);
  const view = new CnaptWatch(askerOf(client), () => performance.now());
  if ((await source.look()).kind === "seen") {
    view.began(await source.also<PathHistoryDocument>("/history.json"));
  }
  await watchStatus({ source, view, changes: cnaptChanges });
}

function askerOf(client: StatusClient): CnaptAsker {
  return {
    switchTo: (to) =>
      asked(client, "/switch", { to }, (answer) => {
        const { receipts, error }: Pick<SwitchOutcome, "receipts"> & { readonly error?: string } =
          JSON.parse(answer.body);
        return switchWords(receipts, answer.code === 200 ? undefined : error ?? errorOf(answer));
      }),
    release: () => asked(client, "/release", {}, () => "CNAPT chooses by itself now"),
    answer: (provider, answer) =>
      asked(client, "/confirm", { provider, answer }, ({ body }) => {
        const { outcome, error }: AnswerOutcome = JSON.parse(body);
        if (error !== undefined) return error;
        return outcome === "declined" ? `${provider} is not used` : `CNAPT is on ${provider} now`;
      }),
  };
}

/** What came of it, in words; a program that does not answer is told in the view itself. */
async function asked(
  client: StatusClient,
  path: string,
  body: object,
  words: (answer: StatusAnswer) => string,
): Promise<string> {
  try {
    const answer = await client.post(path, body, ANSWER_MS);
    return answer.code === 200 || answer.code === 409 ? words(answer) : errorOf(answer);
  } catch (error) {
    if (!(error instanceof CommandFailed) && !(error instanceof SyntaxError)) throw error;
    return error.message;
  }
}
