import { isSame } from "../../config/config_change.ts";
import type { ProviderConfig } from "../../config/provider_config.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { withinLimit } from "../../relay/run/time_limit.ts";
import { SwitchImpossible } from "../../relay/site/switch_impossible.ts";
import { UsageError } from "../program/usage_error.ts";
import type { ProviderTable } from "../providers/provider_table.ts";
import type { RunningSite } from "./running_site.ts";
import { tellOfProviders } from "./tell_of_providers.ts";

/** So long a site may take to move; less than whoever asked for the reload waits. */
const MOVE_LIMIT_MS = 20_000;
const REASON = "its network is no longer among the providers";

export interface UseProvidersContext {
  readonly table: Pick<ProviderTable, "configured" | "useConfigured" | "letGo">;
  readonly running: readonly Pick<RunningSite, "site" | "decision" | "ways">[];
  /** Aborted when CNAPT stops. */
  readonly stopping: AbortSignal;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * Has the table made from other entries of `providers:`. Sites that are on a network which is no
 * longer among them are switched away first, with both networks up; where nothing else leads to
 * SNAPT, all entries stay as they were. What did not work, a sentence for each.
 */
export async function useProviders(
  context: UseProvidersContext,
  wanted: readonly ProviderConfig[] | null,
): Promise<readonly string[]> {
  const { table, running, log } = context;
  const before = table.configured;
  if (isSame(before, wanted)) return [];
  let leaving: readonly string[];
  try {
    leaving = table.useConfigured(wanted, (key) => running.some(({ site }) => site.livesOn(key)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [error.message];
  }
  tellOfProviders(running, [], log);
  const here = running.filter(({ site }) => leaving.some((key) => site.livesOn(key)));
  const stuck = await Promise.all(here.map((one) => leave(one, context)));
  const failed = stuck.filter((sentence) => sentence !== null);
  if (failed.length > 0) table.useConfigured(before, () => false);
  tellOfProviders(running, table.letGo(), log);
  return failed;
}

/** Moves a site to the best network that leads to its SNAPT; why that is not possible, or null. */
async function leave(
  { site, decision, ways }: UseProvidersContext["running"][number],
  { tasks, stopping }: UseProvidersContext,
): Promise<string | null> {
  const from = site.provider;
  const failures: string[] = [];
  const limit = { clock: tasks, ms: MOVE_LIMIT_MS, signal: stopping };
  await withinLimit(limit, async (signal) => {
    for (const to of ways()) {
      if (!site.livesOn(from)) return;
      try {
        const receipt = await site.switchTo({ to, shape: "overlapped", reason: REASON }, signal);
        if (receipt.outcome === "failed") failures.push(`${to}: ${receipt.reason}`);
      } catch (error) {
        if (!(error instanceof SwitchImpossible || signal.aborted)) throw error;
        const late = "it took too long";
        failures.push(`${to}: ${error instanceof SwitchImpossible ? error.message : late}`);
        if (signal.aborted) return;
      }
    }
  });
  if (site.livesOn(from)) {
    const why = failures.length === 0 ? "there is none" : failures.join("; ");
    return `Cannot give up the network ${from}: site ${site.name} is on it, and no other one ` +
      `leads to its SNAPT (${why}); \`providers:\` stays as it was until the next reload`;
  }
  const chosen = decision.choose(null);
  if (chosen !== null && chosen !== from) decision.choose(chosen);
  return null;
}
