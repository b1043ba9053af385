import { formatReload, readOutcome } from "../program/reload_outcome.ts";
import { errorOf, type StatusClient } from "../program/status_client.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { ConfigInvalid } from "../../config/config_invalid.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** Addresses that are listened on anew may take a moment, and another reload may come before. */
export const RELOAD_ANSWER_MS = 30_000;

/**
 * `reload` of a program: the running one reads its configuration again.
 *
 * @throws {CommandFailed} it does not run, or the file cannot be used, or not all of it
 */
export async function reload(
  program: "cnapt" | "snapt" | "snapt.relay",
  running: StatusClient,
  isJson: boolean,
): Promise<void> {
  const answer = await running.post("/reload", {}, RELOAD_ANSWER_MS);
  const outcome = readOutcome(answer.body);
  if (outcome === null) throw new CommandFailed(`Cannot reload: ${errorOf(answer)}`);
  if (outcome.outcome === "invalid") {
    throw unchanged(outcome.problems.join("\n"));
  }
  if (isJson) showDocument(`${program}.reload/1`, { ...outcome });
  else for (const line of formatReload(outcome)) show(line);
  if (outcome.failed.length > 0) throw new CommandFailed(outcome.failed.join("\n"));
}

/**
 * The configuration that says where the running program is asked, and that it is to read again.
 *
 * @throws {CommandFailed} it is wrong
 */
export async function configToReload<Config>(loading: Promise<Config>): Promise<Config> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof ConfigInvalid) throw unchanged(error.message, { cause: error });
    throw error;
  }
}

function unchanged(problems: string, options: ErrorOptions = {}): CommandFailed {
  return new CommandFailed(
    `${problems}\nCannot reload: the configuration is wrong; everything is as it was`,
    { ...options, exit: "configuration" },
  );
}
