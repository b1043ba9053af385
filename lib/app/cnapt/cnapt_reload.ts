import { changeOfCnapt } from "../../config/cnapt_change.ts";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { isSame } from "../../config/config_change.ts";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import { loadCnaptConfig } from "../program/load_config.ts";
import type { Log } from "../program/log.ts";
import { receiverOf } from "../program/notice_receivers.ts";
import { Reloads } from "../program/reloads.ts";
import { unneededByCnapt } from "../program/unneeded_rights.ts";
import type { RunningSite } from "./running_site.ts";

/** What a running CNAPT tells of a changed configuration. */
export interface CnaptReloadContext {
  readonly configFile: string;
  /** What it was started with. */
  readonly config: CnaptConfig;
  readonly running: readonly Pick<RunningSite, "site" | "listeners">[];
  /** Everything that is told notices. */
  readonly board: Pick<NoticeBoard, "useReceivers">;
  readonly log: Log;
}

/** Reads cnapt.yaml again for a CNAPT that runs; its connections are not touched. */
export function cnaptReloads(context: CnaptReloadContext): Reloads<CnaptConfig> {
  const { configFile, config, running, board, log } = context;
  const canRun = !unneededByCnapt(config).includes("run");
  return new Reloads({
    config,
    load: () => loadCnaptConfig(configFile),
    change: (before, wanted) => changeOfCnapt(before, wanted, { canRun }),
    apply: async (now, before) => {
      log.setLevel(now.log);
      if (!isSame(now.notify, before.notify)) board.useReceivers(now.notify.map(receiverOf));
      const failed: string[] = [];
      for (const { site, listeners } of running) {
        const services = now.sites.get(site.name)?.services ?? null;
        if (services === null) continue;
        failed.push(...await listeners.useConfigured(services));
        listeners.adapt(services, site.services);
      }
      return failed;
    },
    log,
  });
}
