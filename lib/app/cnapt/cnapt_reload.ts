import { changeOfCnapt } from "../../config/cnapt_change.ts";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { isSame } from "../../config/config_change.ts";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { ListenFailed } from "../../net/listen.ts";
import { type ConfigSource, loadCnaptConfig } from "../program/load_config.ts";
import type { Log } from "../program/log.ts";
import type { MetricsListener } from "../program/metrics_listener.ts";
import { receiverOf } from "../program/notice_receivers.ts";
import { Reloads } from "../program/reloads.ts";
import { unneededByCnapt } from "../program/unneeded_rights.ts";
import type { ProviderTable } from "../providers/provider_table.ts";
import { decisionSettings } from "./decision_settings_of.ts";
import type { RunningSite } from "./running_site.ts";
import type { RunningSites } from "./running_sites.ts";
import { useProviders } from "./use_providers.ts";
import type { WaysIn } from "./ways_in.ts";

/** What a running CNAPT tells of a changed configuration. */
export interface CnaptReloadContext {
  readonly source: ConfigSource;
  /** What it was started with. */
  readonly config: CnaptConfig;
  readonly running: readonly Pick<
    RunningSite,
    "site" | "listeners" | "decision" | "ways"
  >[];
  readonly sites: () => RunningSites;
  /** Aborted when CNAPT stops: nothing is changed any more. */
  readonly stopping: AbortSignal;
  /** Everything that is told notices. */
  readonly board: Pick<NoticeBoard, "useReceivers">;
  readonly table: ProviderTable;
  readonly waysIn: Pick<WaysIn, "use">;
  readonly metrics: () => Pick<MetricsListener, "change">;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: Log;
}

/** Reads cnapt.yaml again for a CNAPT that runs; connections of what is unchanged go on. */
export function cnaptReloads(context: CnaptReloadContext): Reloads<CnaptConfig> {
  const { source, config, running, board, metrics, log } = context;
  const canRun = !unneededByCnapt(config).includes("run");
  return new Reloads({
    config,
    load: () => loadCnaptConfig(source),
    change: (before, wanted) => changeOfCnapt(before, wanted, { canRun }),
    apply: async (now, before) => {
      log.use(now.log);
      if (!isSame(now.notify, before.notify)) board.useReceivers(now.notify.map(receiverOf));
      if (!isSame(now.decision, before.decision)) {
        for (const { decision } of running) decision.useSettings(decisionSettings(now.decision));
      }
      await endSites(context, now);
      tellSites(running, before, now);
      const stuck = await useProviders(context, now.providers);
      const failed = [...await beginSites(context, now), ...await useServices(context, now)];
      const unheard = await metrics().change(now.metrics);
      return {
        failed: [...stuck, ...failed, ...unheard === null ? [] : [unheard]],
        kept: [
          ...stuck.length > 0 ? ["providers"] : [],
          ...unheard === null ? [] : ["metrics"],
        ],
      };
    },
    log,
  });
}

/** Tells sites what is another thing for them, and what no part of them asks for each time. */
function tellSites(
  running: CnaptReloadContext["running"],
  before: CnaptConfig,
  now: CnaptConfig,
): void {
  for (const { site } of running) {
    const [old, wanted] = [before, now].map(({ sites }) => sites.get(site.name));
    if (old === undefined || wanted === undefined) continue;
    const isOther = (name: "address" | "serverName" | "clientServices") =>
      !isSame(old[name], wanted[name]);
    if (isOther("address") || isOther("serverName")) site.endpointChanged();
    if (isOther("clientServices")) site.clientServicesChanged();
  }
}

/** Ends the sites that are not in the file any more. */
async function endSites({ running, sites }: CnaptReloadContext, now: CnaptConfig): Promise<void> {
  const gone = running.map(({ site }) => site.name).filter((name) => !now.sites.has(name));
  await Promise.all(gone.map((name) => sites().end(name, now.timeouts.drain)));
}

/** Begins those that are new there; why not, a sentence for each. */
async function beginSites(
  { sites, stopping }: CnaptReloadContext,
  now: CnaptConfig,
): Promise<readonly string[]> {
  const all = sites();
  const failed: string[] = [];
  for (const [name, config] of now.sites) {
    if (all.has(name) || stopping.aborted) continue;
    try {
      all.start(await all.open(name, config));
    } catch (error) {
      await all.end(name, 0); // half of it would be hard to understand; it is tried again
      if (!(error instanceof ListenFailed)) throw error;
      failed.push(`Cannot begin site ${name}: ${error.message}`);
    }
  }
  return failed;
}

async function useServices(
  { running, waysIn, stopping }: CnaptReloadContext,
  now: CnaptConfig,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { site, listeners } of running) {
    const config = now.sites.get(site.name);
    if (config !== undefined && !stopping.aborted) failed.push(...await waysIn.use(site, config));
    const services = config?.services ?? null;
    if (services === null || stopping.aborted) continue;
    failed.push(...await listeners.useConfigured(services));
    listeners.adapt(services, site.services);
  }
  return failed;
}
