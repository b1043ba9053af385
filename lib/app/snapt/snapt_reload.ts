import { isSame } from "../../config/config_change.ts";
import { changeOfSnapt } from "../../config/snapt_change.ts";
import { RelayKeysFailed } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { ListenFailed } from "../../net/listen.ts";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import { type ConfigSource, loadSnaptConfig } from "../program/load_config.ts";
import type { Log } from "../program/log.ts";
import type { MetricsListener } from "../program/metrics_listener.ts";
import { receiverOf } from "../program/notice_receivers.ts";
import { Reloads } from "../program/reloads.ts";
import { unneededBySnapt } from "../program/unneeded_rights.ts";

/** What a running SNAPT tells of a changed configuration. */
export interface SnaptReloadContext {
  readonly source: ConfigSource;
  /** What it was started with. */
  readonly config: SnaptConfig;
  readonly log: Log;
  /** Everything that is told notices. */
  readonly board: () => Pick<NoticeBoard, "useReceivers">;
  /** Listens for datagrams if anything needs that by now. */
  readonly openDatagrams: () => Promise<void>;
  /** Goes by these relays from now on; their keys may be others, too. */
  readonly useRelays: (through: SnaptConfig["through"]) => Promise<void>;
  /** Where it is reached has perhaps changed. */
  readonly placesChanged: () => void;
  /** Asks the router, or takes back what it was asked for, as the configuration says by now. */
  readonly useMapping: () => Promise<void>;
  readonly metrics: () => Pick<MetricsListener, "change">;
  /** What CNAPTs may do has changed. */
  readonly rightsChanged: () => void;
}

/**
 * Reads snapt.yaml again for a SNAPT that runs. What asks `config` each time needs no telling:
 * where a service is, how many CNAPTs are served, how long ending may take.
 */
export function snaptReloads(context: SnaptReloadContext): Reloads<SnaptConfig> {
  const { source, config, log, board, metrics, rightsChanged } = context;
  const { openDatagrams, useRelays, useMapping, placesChanged } = context;
  const canRun = !unneededBySnapt(config).includes("run");
  return new Reloads({
    config,
    load: () => loadSnaptConfig(source),
    change: (running, wanted) => changeOfSnapt(running, wanted, { canRun }),
    apply: async (now, before) => {
      log.use(now.log);
      if (!isSame(now.notify, before.notify)) board().useReceivers(now.notify.map(receiverOf));
      const failed: string[] = [];
      try {
        await openDatagrams();
      } catch (error) {
        if (!(error instanceof ListenFailed)) throw error;
        failed.push(error.message);
      }
      try {
        await useRelays(now.through);
      } catch (error) {
        if (!(error instanceof RelayKeysFailed)) throw error;
        failed.push(error.message);
      }
      await useMapping();
      placesChanged();
      if (!isSame(rightsOf(now), rightsOf(before))) rightsChanged();
      const unheard = await metrics().change(now.metrics);
      if (unheard === null) return { failed, kept: [] };
      return { failed: [...failed, unheard], kept: ["metrics"] };
    },
    log,
  });
}

/** What of a configuration says what CNAPTs may do. */
function rightsOf({ services, destinations, clients, clientServices, balancers }: SnaptConfig) {
  return { services, destinations, clients, clientServices, balancers };
}
