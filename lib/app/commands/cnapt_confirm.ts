import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { DEFAULT_CONNECT_MS } from "../../config/connect_config.ts";
import type { AnswerOutcome } from "../../relay/decision/confirmations.ts";
import { clientOf } from "./cnapt_commands.ts";
import { printable } from "../program/printable.ts";
import { errorOf } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** Beyond what connecting takes: the switch itself. */
const ANSWER_MS = 60_000;

/**
 * `cnapt confirm`: answers what CNAPT asks, and waits for what comes of it.
 *
 * @throws {CommandFailed} there is no such question, or the switch did not work
 */
export async function cnaptConfirm(
  config: CnaptConfig,
  request: { readonly provider: string | null; readonly answer: "yes" | "no" },
): Promise<void> {
  const connectMs = (config.providers ?? []).map(({ timeouts }) => 4 * timeouts.up);
  const limitMs = ANSWER_MS + Math.max(4 * DEFAULT_CONNECT_MS, ...connectMs);
  const answer = await clientOf(config).post("/confirm", request, limitMs);
  if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
  const { outcome, provider }: AnswerOutcome = JSON.parse(answer.body);
  console.log(
    printable(outcome === "declined" ? `${provider} is not used.` : `On ${provider} now.`),
  );
}
