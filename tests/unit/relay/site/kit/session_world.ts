import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../../../../lib/core/session/switch_receipt.ts";
import type { Claim } from "../../../../../lib/core/wire/message.ts";
import { CnaptFlows } from "../../../../../lib/relay/datagram/cnapt_flows.ts";
import { type Connector, NO_CONNECTOR } from "../../../../../lib/relay/network/connector.ts";
import { CnaptDriver } from "../../../../../lib/relay/session/cnapt_driver.ts";
import type { CnaptSessionEvents } from "../../../../../lib/relay/session/cnapt_session_events.ts";
import { SiteSession } from "../../../../../lib/relay/site/site_session.ts";
import { SwitchRequests } from "../../../../../lib/relay/site/switch_requests.ts";
import { CompressionTotals } from "../../../../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../../../../lib/relay/stream/stream_traffic.ts";
import { CNAPT_SETTINGS } from "../../../core/session/session_settings.ts";
import { ID, KEY, LinkWorld } from "../../link/kit/link_world.ts";
import { FarSnapt } from "./far_snapt.ts";

/** The session of a site and the requests for its switches, without the rest of the site. */
export class SessionWorld {
  readonly links: LinkWorld;
  readonly snapt: FarSnapt;
  readonly session: SiteSession;
  readonly requests: SwitchRequests;
  /** What the site hears, in order. */
  readonly heard: string[] = [];
  readonly receipts: SwitchReceipt[] = [];
  /** Does the same with each thing that is heard; a mistake of ours where a test wants that. */
  hear: (what: string) => void = (what) => this.heard.push(what);
  /** Makes drivers; a test may do something to them, or make a mistake. */
  create: (events: CnaptSessionEvents, claim: Claim) => CnaptDriver = (events, claim) =>
    this.driver(events, claim);
  readonly #connector: Connector;

  constructor(keys: readonly string[], connector: Connector = NO_CONNECTOR) {
    this.links = new LinkWorld(...keys);
    this.#connector = connector;
    this.snapt = new FarSnapt(this.links);
    const { site: tasks, log, providers, standby } = this.links;
    const session = new SiteSession({
      site: "home",
      create: (events, claim) => this.create(events, claim),
      events: {
        servicesAnnounced: (services) => this.hear(services.map(({ name }) => name).join()),
        placesTold: () => {},
        clientServicesOpened: () => {},
        switchEnded: (receipt) => this.requests.noteEnded(receipt),
        settled: () => {},
        ended: () => this.hear("ended"),
        unserved: () => {},
        receptionChanged: () => {},
      },
      tasks,
      log,
    });
    this.session = session;
    const ended = (receipt: SwitchReceipt) => {
      this.receipts.push(receipt);
      this.hear(`${receipt.outcome} ${receipt.to}`);
    };
    this.requests = new SwitchRequests({ session, connector, providers, standby, tasks, ended });
  }

  static async connected(
    keys: readonly string[],
    connector: Connector = NO_CONNECTOR,
  ): Promise<SessionWorld> {
    const world = new SessionWorld(keys, connector);
    world.session.start();
    await world.advance(100);
    return world;
  }

  async advance(ms: number): Promise<void> {
    await this.links.clock.advance(ms);
  }

  driver(events: CnaptSessionEvents, claim: Claim): CnaptDriver {
    const { site: tasks, log, dialer, providers, parked, standby } = this.links;
    return new CnaptDriver({
      endpoint: { host: "snapt", port: 1, credentials: { id: ID, key: KEY }, tls: null },
      dialer,
      settings: { ...CNAPT_SETTINGS, claim },
      providers,
      budget: new MemoryBudget(1024 * 1024),
      flows: new CnaptFlows({ limit: 10, tasks, log }),
      openClientApplication: () => Promise.reject(new TypeError("Cannot open: not tested")),
      findClientApplication: () => Promise.reject(new TypeError("Cannot find: not tested")),
      direct: null,
      packing: new CompressionTotals(),
      traffic: new StreamTraffic(),
      parked,
      standby,
      connector: this.#connector,
      tasks,
      log,
    }, events);
  }
}
