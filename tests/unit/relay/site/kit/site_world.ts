import { ALL_SERVICES, type RuleOf } from "../../../../../lib/core/decision/service_rule.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../../../../lib/core/session/switch_receipt.ts";
import type { PathReport } from "../../../../../lib/core/wire/path_report.ts";
import { type Connector, NO_CONNECTOR } from "../../../../../lib/relay/network/connector.ts";
import type { SnaptDriver } from "../../../../../lib/relay/session/snapt_driver.ts";
import { CnaptSite } from "../../../../../lib/relay/site/cnapt_site.ts";
import { CNAPT_SETTINGS } from "../../../core/session/session_settings.ts";
import { ID, KEY, LinkWorld } from "../../link/kit/link_world.ts";
import { FarSnapt } from "./far_snapt.ts";

/** A site of CNAPT and the sessions of its SNAPT, in a world without sockets. */
export class SiteWorld {
  readonly links: LinkWorld;
  readonly site: CnaptSite;
  readonly receipts: SwitchReceipt[] = [];
  /** What the program does with a receipt; a mistake of ours where a test wants that. */
  switchEnded: (receipt: SwitchReceipt) => void = (receipt) => this.receipts.push(receipt);
  /** Which services may go over a network. */
  ruleOf: RuleOf = () => ALL_SERVICES;
  readonly #snapt: FarSnapt;

  /** `keys`: the networks that there are, the most promising first. */
  constructor(
    keys: readonly string[],
    connector: Connector = NO_CONNECTOR,
    name = "home",
    by: "itself" | "relay" = "itself",
  ) {
    this.links = new LinkWorld(...keys);
    this.#snapt = new FarSnapt(this.links);
    const { site: tasks, log, providers } = this.links;
    this.site = new CnaptSite({
      settings: {
        name,
        flows: 10,
        endpoint: {
          ...{ host: "snapt", port: 1, credentials: { id: ID, key: KEY }, tls: null },
          relay: by === "relay" ? { host: "snapt", port: 1 } : null,
        },
        session: { ...CNAPT_SETTINGS, ruleOf: (provider) => this.ruleOf(provider) },
        clientApplications: {
          openClientApplication: () => Promise.reject(new TypeError("Cannot open: not tested")),
          findClientApplication: () => Promise.reject(new TypeError("Cannot find: not tested")),
          direct: null,
        },
      },
      providers,
      budget: new MemoryBudget(1024 * 1024),
      events: {
        placesTold: () => {},
        servicesAnnounced: () => {},
        switchEnded: (receipt) => this.switchEnded(receipt),
      },
      connector,
      dial: (target, via, options) => this.links.dial(target, via, options),
      resolve: () => this.links.resolve(),
      tasks,
      log,
    });
  }

  /** The sessions that SNAPT has had. */
  get sessions(): readonly SnaptDriver[] {
    return this.#snapt.sessions;
  }
  /** What SNAPT was told about the path. */
  get reports(): readonly PathReport[] {
    return this.#snapt.reports;
  }

  static async connected(...keys: readonly string[]): Promise<SiteWorld> {
    const world = new SiteWorld(keys);
    world.site.start();
    await world.links.clock.advance(100);
    return world;
  }

  async advance(ms: number): Promise<void> {
    await this.links.clock.advance(ms);
  }
}
