import { DEFAULT_CONNECT_MS } from "../../config/connect_config.ts";
import type { AnswerOutcome } from "../../relay/decision/confirmations.ts";
import { errorOf, type StatusAnswer } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";

/** Beyond what connecting takes: the switch itself. */
const ANSWER_MS = 60_000;

/**
 * `cnapt confirm`: answers what CNAPT asks, and waits for what comes of it.
 *
 * @throws {CommandFailed} there is no such question, or the switch did not work
 */
export async function cnaptConfirm(
  cnapt: AskedCnapt,
  request: {
    readonly provider: string | null;
    readonly answer: "yes" | "no";
    readonly isJson: boolean;
  },
): Promise<void> {
  const connectMs = (cnapt.config.providers ?? []).map(({ timeouts }) => 4 * timeouts.up);
  const limitMs = ANSWER_MS + Math.max(4 * DEFAULT_CONNECT_MS, ...connectMs);
  const { isJson, ...question } = request;
  const answer = await runningCnapt(cnapt).post("/confirm", question, limitMs);
  if (answer.code !== 200) {
    const done: Partial<AnswerOutcome> = isOutcome(answer) ? JSON.parse(answer.body) : {};
    // A network that was asked about is there; what fails behind a yes is the way to SNAPT.
    const exit = done.outcome === "failed" ? "noNetwork" : "failed";
    throw new CommandFailed(errorOf(answer), { exit });
  }
  const done: AnswerOutcome = JSON.parse(answer.body);
  if (isJson) return showDocument("cnapt.confirm/1", done);
  const { outcome, provider } = done;
  show(outcome === "declined" ? `CNAPT does not use ${provider}.` : `CNAPT is on ${provider} now.`);
}

function isOutcome({ code }: StatusAnswer): boolean {
  return code === 200 || code === 409;
}
