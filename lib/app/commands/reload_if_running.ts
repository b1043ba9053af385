import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { IdentityInvalid } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { loadCnaptConfig } from "../program/load_config.ts";
import { formatReload, readOutcome } from "../program/reload_outcome.ts";
import { show } from "../program/show.ts";
import { type StatusClient, StatusUnreachable } from "../program/status_client.ts";
import { RELOAD_ANSWER_MS } from "./reload.ts";
import { cnaptAccess, runningCnapt } from "./running_cnapt.ts";
import { runningSnapt } from "./running_snapt.ts";

/**
 * Has a CNAPT that runs with this file take what was just changed in it; what to say of it, null where
 * none runs with it.
 *
 * @throws {CommandFailed} it answers what nobody expects
 */
export async function reloadIfRunning(
  config: CnaptConfig,
  tokenFile: string,
): Promise<readonly string[] | null> {
  if (config.status === null) return null;
  const access = await cnaptAccess(tokenFile);
  return await reloadRunning("CNAPT", runningCnapt({ config, access }));
}

/**
 * The same for a SNAPT that runs with this file and identity.
 *
 * @throws {CommandFailed} it answers what nobody expects
 */
export async function reloadSnaptIfRunning(
  identityFile: string,
  config: SnaptConfig,
): Promise<readonly string[] | null> {
  if (config.status === null) return null;
  let running: StatusClient;
  try {
    running = await runningSnapt(identityFile, config);
  } catch (error) {
    if (error instanceof IdentityInvalid) return null; // so none runs with it
    throw error;
  }
  return await reloadRunning("SNAPT", running);
}

async function reloadRunning(
  program: "CNAPT" | "SNAPT",
  running: StatusClient,
): Promise<readonly string[] | null> {
  try {
    const answer = await running.post("/reload", {}, RELOAD_ANSWER_MS);
    const outcome = readOutcome(answer.body);
    if (outcome === null) return null;
    if (outcome.outcome === "invalid") return outcome.problems;
    const changes = [...formatReload(outcome).slice(1), ...outcome.failed];
    return changes.length === 0 ? [] : [`The running ${program} has reloaded:`, ...changes];
  } catch (error) {
    if (!(error instanceof StatusUnreachable)) throw error;
    if (error.kind !== "refusing") return null;
    return [
      `A ${program} runs here that has another configuration, or this one as it was before: end it, ` +
      "and start it again.",
    ];
  }
}

/** Has a running CNAPT take the site that was just written, and says what came of it. */
export async function tellRunning(
  configFile: string,
  tokenFile: string,
  isJson: boolean,
): Promise<void> {
  const reloaded = await reloadIfRunning(
    await loadCnaptConfig({ file: configFile, from: "option" }),
    tokenFile,
  );
  if (!isJson) { for (const line of reloaded ?? []) show(line); }
}
