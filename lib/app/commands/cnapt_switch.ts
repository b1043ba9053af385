import type { SwitchOutcome } from "../../relay/site/switch_sites.ts";
import type { SwitchFailure } from "../../core/session/switch_summary.ts";
import type { ExitReason } from "../program/exit_code.ts";
import { errorOf, type StatusAnswer } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { describeSummary, describeSwitch } from "../../status/words/describe_switch.ts";
import { failureAt } from "./refused_sites.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";

/** A planned switch ends within this, and within `timeouts.switch`. */
const LONGEST_SWITCH_MS = 600_000;
/** Its answer takes a little longer. */
const SWITCH_ANSWER_MS = 30_000;

/**
 * `cnapt switch`: moves to another interface and waits for the end.
 *
 * @throws {CommandFailed} it did not happen
 */
export async function cnaptSwitch(
  cnapt: AskedCnapt,
  request: {
    readonly to: string;
    /** Only this one; all sites when null. */
    readonly site: string | null;
    readonly isStrict: boolean;
    readonly isJson: boolean;
  },
): Promise<void> {
  const client = runningCnapt(cnapt);
  const answer = await client.post(
    "/switch",
    {
      to: request.to,
      mode: request.isStrict ? "strict" : "overlapped",
      ...(request.site === null ? {} : { site: request.site }),
    },
    Math.min(cnapt.config.timeouts.switch, LONGEST_SWITCH_MS) + SWITCH_ANSWER_MS,
  );
  const isDone = answer.code === 200;
  if (isDone || answer.code === 409) {
    const switched: SwitchOutcome = JSON.parse(answer.body);
    if (request.isJson && switched.receipts.length > 0) {
      showDocument("cnapt.switch/1", switched);
    } else showReceipts(switched);
  }
  if (isDone) return;
  throw await failureAt(client, {
    site: request.site,
    action: "switch",
    otherwise: new CommandFailed(errorOf(answer), { exit: exitOf(answer) }),
  });
}

const EXIT_OF_FAILURE = {
  unreached: "noNetwork",
  refused: "refused",
  impossible: "failed",
} as const satisfies Readonly<Record<SwitchFailure, ExitReason>>;

function exitOf({ code, body }: StatusAnswer): ExitReason {
  const { failure }: Partial<SwitchOutcome> = code === 409 ? JSON.parse(body) : {};
  return failure === undefined ? "failed" : EXIT_OF_FAILURE[failure];
}

function showReceipts({ receipts, summary }: SwitchOutcome): void {
  const isOfSeveral = (summary?.sites.length ?? 0) > 1;
  for (const receipt of receipts) {
    show(`${isOfSeveral ? `${receipt.site}: ` : ""}${describeSwitch(receipt)}`);
  }
  if (summary !== undefined && isOfSeveral) show(describeSummary(summary));
}

/** `cnapt switch --auto`: the decision task is free again. */
export async function cnaptRelease(cnapt: AskedCnapt, isJson: boolean): Promise<void> {
  const answer = await runningCnapt(cnapt).post("/release", {});
  if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
  if (isJson) return showDocument("cnapt.switch/1", { outcome: "released", receipts: [] });
  show("CNAPT decides by itself again, as `decision.mode` says.");
}
