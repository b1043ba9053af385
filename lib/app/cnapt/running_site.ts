import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { placesOf, type SiteConfig } from "../../config/site_config.ts";
import type { OfferMemory } from "../../config/offer_memory.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { Confirmations } from "../../relay/decision/confirmations.ts";
import { DecisionTask } from "../../relay/decision/decision_task.ts";
import { CnaptNotices } from "../../relay/notice/cnapt_notices.ts";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import type { LogFields } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { CnaptSite } from "../../relay/site/cnapt_site.ts";
import { decidedSite } from "../../relay/site/decided_site.ts";
import type { Log } from "../program/log.ts";
import { LastResort } from "../providers/last_resort.ts";
import type { ProviderConnector } from "../providers/provider_connector.ts";
import type { ProviderTable } from "../providers/provider_table.ts";
import { AnnouncementPace } from "./announcement_pace.ts";
import { decisionSettings } from "./decision_settings_of.ts";
import { directSettings } from "./direct_settings.ts";
import { ServiceListeners } from "./service_listeners.ts";
import { siteSettings } from "./site_settings_of.ts";

/** A site with everything that runs for it. */
export interface RunningSite {
  readonly site: CnaptSite;
  readonly decision: DecisionTask;
  readonly listeners: ServiceListeners;
  readonly notices: CnaptNotices;
  /** Whether it is connected, or any network is there that could lead to it. */
  readonly hasNetwork: () => boolean;
  /** The networks that it can be moved to without anybody being asked, the best first. */
  readonly ways: () => readonly ProviderKey[];
}

/** What the sites of a CNAPT have in common. */
export interface SharedBySites {
  /** What holds now. */
  readonly current: () => CnaptConfig;
  readonly table: ProviderTable;
  readonly connector: ProviderConnector;
  readonly confirmations: Confirmations;
  readonly budget: MemoryBudget;
  readonly board: NoticeBoard;
  readonly memory: OfferMemory;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: Log;
  /** Whether the session of any site is on this provider. */
  readonly isUsed: (provider: string) => boolean;
}

/** Makes a site; nothing runs before it is started. */
export async function createRunningSite(
  name: string,
  config: SiteConfig,
  shared: SharedBySites,
): Promise<RunningSite> {
  const { table, connector, confirmations, board, memory, tasks, log } = shared;
  const host = () => placesOf(shared.current().sites.get(name) ?? config)[0].host;
  const isNeeded = () => lastResort.isDue();
  const site: CnaptSite = new CnaptSite({
    settings: siteSettings({
      name,
      config,
      whole: shared.current,
      direct: await directSettings(config),
      told: memory.toldBy(name),
      ruleOf: (provider) => table.ruleOf(provider),
    }),
    providers: {
      candidates: () => table.towards(host(), isNeeded).candidates(),
      find: (key) => table.towards(host(), isNeeded).find(key),
    },
    budget: shared.budget,
    tasks,
    log,
    events: {
      servicesAnnounced: (services) => {
        lastResort.reached();
        announcements.heard(services);
      },
      placesTold: (places) => memory.rememberTold(name, places),
      switchEnded: (receipt) => {
        logReceipt(log, name, receipt);
        if (receipt.outcome === "switched") lastResort.reached();
        table.keepConfirmed(shared.isUsed);
        notices.switchEnded(receipt);
      },
    },
    connector,
  });
  const listeners = new ServiceListeners(site, {
    tasks,
    log,
    memory,
    allow: () => shared.current().allow ?? [],
  });
  const announcements = new AnnouncementPace(
    tasks.child(`announcements ${name}`, "keepGoing"),
    async (services) => {
      const configured = shared.current().sites.get(name)?.services ?? null;
      if (configured === null) return await listeners.openAnnounced(services);
      listeners.adapt(configured, services);
      warnOfMissing(log, name, configured.keys(), services);
    },
  );
  const isConnected = () => site.provider !== "" && site.livesOn(site.provider);
  const lastResort = new LastResort({
    clock: tasks,
    isConnected,
    due: () => site.providersChanged(),
  });
  const rows = () => table.rowsTowards(host(), site.provider);
  const decision = new DecisionTask({
    settings: decisionSettings(shared.current().decision),
    subject: decidedSite(site),
    rows,
    tasks,
    log,
    asker: confirmations,
  });
  const notices = new CnaptNotices(site, {
    meteredOf: (provider) =>
      rows().find(({ candidate }) => candidate.key === provider)?.candidate.metered ?? null,
    publish: (notice) => board.publish(notice),
    tasks,
  });
  const hasNetwork = () => table.hasNetworkTowards(host()) || isConnected();
  const ways = () => table.waysTowards(host());
  return { site, decision, listeners, notices, hasNetwork, ways };
}

function warnOfMissing(
  log: Log,
  site: string,
  wanted: Iterable<string>,
  announced: readonly AnnouncedService[],
): void {
  for (const service of wanted) {
    if (announced.some(({ name }) => name === service)) continue;
    const reason =
      "SNAPT has no such service, or the ticket does not allow it: whoever runs SNAPT " +
      "adds it to `services:` of snapt.yaml, or invites with it";
    log.warn("service-not-announced", { site, service, reason });
  }
}

function logReceipt(log: Log, site: string, receipt: SwitchReceipt): void {
  const { outcome, kind, from, to, reason, totalMs, stallMs, streams, replayedBytes } = receipt;
  const relay: LogFields = receipt.relay === undefined ? {} : { relay: receipt.relay };
  const fields = {
    site,
    kind,
    from,
    to,
    reason,
    total_ms: totalMs,
    stall_ms: stallMs,
    streams,
    replayed_bytes: replayedBytes,
    ...relay,
  };
  if (outcome === "switched") log.info("switched", fields);
  else log.warn("switch-failed", fields);
}
