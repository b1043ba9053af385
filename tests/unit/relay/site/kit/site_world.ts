import { ALL_SERVICES, type RuleOf } from "../../../../../lib/core/decision/service_rule.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../../../../lib/core/session/switch_receipt.ts";
import type { PathReport } from "../../../../../lib/core/wire/path_report.ts";
import type { Message } from "../../../../../lib/core/wire/message.ts";
import type { Link } from "../../../../../lib/relay/link/link.ts";
import { type Connector, NO_CONNECTOR } from "../../../../../lib/relay/network/connector.ts";
import { SnaptDriver } from "../../../../../lib/relay/session/snapt_driver.ts";
import { CnaptSite } from "../../../../../lib/relay/site/cnapt_site.ts";
import { CompressionTotals } from "../../../../../lib/relay/stream/compression/compression_totals.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { CNAPT_SETTINGS, SNAPT_SETTINGS } from "../../../core/session/session_settings.ts";
import { ID, KEY, LinkWorld } from "../../link/kit/link_world.ts";

/** A site of CNAPT and the sessions of its SNAPT, in a world without sockets. */
export class SiteWorld {
  readonly links: LinkWorld;
  readonly site: CnaptSite;
  readonly receipts: SwitchReceipt[] = [];
  /** What the program does with a receipt; a mistake of ours where a test wants that. */
  switchEnded: (receipt: SwitchReceipt) => void = (receipt) => this.receipts.push(receipt);
  /** Which services may go over a network. */
  ruleOf: RuleOf = () => ALL_SERVICES;
  /** What SNAPT was told about the path. */
  readonly reports: PathReport[] = [];
  /** The sessions that SNAPT has had. */
  readonly sessions: SnaptDriver[] = [];

  /** `keys`: the networks that there are, the most promising first. */
  constructor(keys: readonly string[], connector: Connector = NO_CONNECTOR, name = "home") {
    this.links = new LinkWorld(...keys);
    this.links.take = (link, first) => this.#take(link, first);
    const { site: tasks, log, providers } = this.links;
    this.site = new CnaptSite({
      settings: {
        name,
        flows: 10,
        endpoint: { host: "snapt", port: 1, credentials: { id: ID, key: KEY }, tls: null },
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
        servicesAnnounced: () => {},
        switchEnded: (receipt) => this.switchEnded(receipt),
      },
      connector,
      dial: (target, via, options) => this.links.dial(target, via, options),
      tasks,
      log,
    });
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

  #take(link: Link, first: Message): void {
    switch (first.kind) {
      case "connect":
        return this.#serve(link, first.instance);
      case "bind":
      case "switchStep2":
      case "switchUnexpected":
        return this.sessions.at(-1)?.takeFirst(link, first);
      default:
        link.close();
    }
  }

  #serve(link: Link, instance: string): void {
    const driver = new SnaptDriver({
      settings: { ...SNAPT_SETTINGS, instance },
      budget: new MemoryBudget(1024 * 1024),
      openService: () => Promise.resolve(MemoryConn.pair()[1]),
      clientServices: null,
      flows: null,
      packing: new CompressionTotals(),
      tasks: this.links.site,
      log: this.links.log,
      dialClient: () => {},
      pathReported: (report) => this.reports.push(report),
      sessionEnded: () => {},
    }, link);
    this.sessions.push(driver);
    driver.start();
  }
}
