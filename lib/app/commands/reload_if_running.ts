import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { loadCnaptConfig } from "../program/load_config.ts";
import { formatReload, readOutcome } from "../program/reload_outcome.ts";
import { show } from "../program/show.ts";
import { StatusUnreachable } from "../program/status_client.ts";
import { RELOAD_ANSWER_MS } from "./reload.ts";
import { runningCnapt } from "./running_cnapt.ts";

/**
 * Has a CNAPT that runs with this file take what was just changed in it; what to say of it, null where
 * none runs with it. `config`: the file as it was before or is now, whichever has the site whose key
 * the running one knows.
 *
 * @throws {CommandFailed} it answers what nobody expects
 */
export async function reloadIfRunning(config: CnaptConfig): Promise<readonly string[] | null> {
  if (config.status === null) return null;
  try {
    const answer = await runningCnapt(config).post("/reload", {}, RELOAD_ANSWER_MS);
    const outcome = readOutcome(answer.body);
    if (outcome === null) return null;
    if (outcome.outcome === "invalid") return outcome.problems;
    const changes = [...formatReload(outcome).slice(1), ...outcome.failed];
    return changes.length === 0 ? [] : ["The running CNAPT has reloaded:", ...changes];
  } catch (error) {
    if (!(error instanceof StatusUnreachable)) throw error;
    if (error.kind !== "refusing") return null;
    return [
      "A CNAPT runs here that has another configuration, or this one as it was before: end it, and " +
      "start it again.",
    ];
  }
}

/** Has a running CNAPT take the site that was just written, and says what came of it. */
export async function tellRunning(configFile: string, isJson: boolean): Promise<void> {
  const reloaded = await reloadIfRunning(
    await loadCnaptConfig({ file: configFile, from: "option" }),
  );
  if (!isJson) { for (const line of reloaded ?? []) show(line); }
}
