import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../../../../lib/core/session/switch_receipt.ts";
import type { Message } from "../../../../../lib/core/wire/message.ts";
import { CnaptFlows } from "../../../../../lib/relay/datagram/cnapt_flows.ts";
import type { SnaptFlows } from "../../../../../lib/relay/datagram/snapt_flows.ts";
import type { ByteConn } from "../../../../../lib/net/byte_conn.ts";
import type { Link } from "../../../../../lib/relay/link/link.ts";
import { NO_CONNECTOR } from "../../../../../lib/relay/network/connector.ts";
import { CnaptDriver } from "../../../../../lib/relay/session/cnapt_driver.ts";
import type { UnservedClient } from "../../../../../lib/relay/session/unannounced_clients.ts";
import { SnaptDriver } from "../../../../../lib/relay/session/snapt_driver.ts";
import { CompressionTotals } from "../../../../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../../../../lib/relay/stream/stream_traffic.ts";
import { assertEquals } from "../../../../assert.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { openingOf } from "../../../../opening.ts";
import { settle } from "../../../../virtual_clock.ts";
import { ID, KEY, LinkWorld } from "../../link/kit/link_world.ts";
import { CNAPT_SETTINGS, SNAPT_SETTINGS } from "../../../core/session/session_settings.ts";

const HELLO = new TextEncoder().encode("hello");

/** A CNAPT session and its SNAPT, in one world without sockets. */
export class SessionPair {
  readonly world: LinkWorld;
  readonly driver: CnaptDriver;
  readonly receipts: SwitchReceipt[] = [];
  readonly ended: string[] = [];
  readonly announced: string[] = [];
  readonly unserved: UnservedClient[] = [];
  /** Server applications, as the far ends of what SNAPT connected to. */
  readonly servers: MemoryConn[] = [];
  snapt: SnaptDriver | null = null;
  /** The UDP flows of SNAPT's next session. */
  snaptFlows: SnaptFlows | null = null;
  /** How SNAPT reaches the service. */
  openService = (): Promise<ByteConn> => {
    const [application, relayed] = MemoryConn.pair();
    this.servers.push(application);
    return Promise.resolve(relayed);
  };

  constructor(...keys: readonly string[]) {
    this.world = new LinkWorld(...keys);
    const { site, log } = this.world;
    this.world.take = (link, first) => this.take(link, first);
    this.driver = new CnaptDriver({
      endpoint: { host: "", port: 1, credentials: { id: ID, key: KEY }, tls: null },
      dialer: this.world.dialer,
      settings: CNAPT_SETTINGS,
      providers: this.world.providers,
      budget: new MemoryBudget(1024 * 1024),
      flows: new CnaptFlows({ limit: 10, tasks: site, log }),
      openClientApplication: () => Promise.reject(new TypeError("Cannot open: not tested here")),
      findClientApplication: () => Promise.reject(new TypeError("Cannot find: not tested here")),
      direct: null,
      packing: new CompressionTotals(),
      traffic: new StreamTraffic(),
      parked: this.world.parked,
      standby: this.world.standby,
      connector: NO_CONNECTOR,
      tasks: site,
      log,
    }, {
      servicesAnnounced: (_site, services) => {
        this.announced.push(...services.map(({ name }) => name));
      },
      placesTold: () => {},
      clientServicesOpened: () => {},
      switchEnded: (receipt) => this.receipts.push(receipt),
      decisionSuspended: () => {},
      decisionResumed: () => {},
      sessionEnded: (reason, unserved) => {
        this.ended.push(reason);
        this.unserved.push(...unserved);
      },
    });
  }

  static async connected(...keys: readonly string[]): Promise<SessionPair> {
    const pair = new SessionPair(...keys);
    pair.driver.start();
    await settle();
    assertEquals([pair.driver.session.state, pair.announced], ["connected", ["ssh"]]);
    return pair;
  }

  /** What SNAPT does with the first frame of a link. */
  take(link: Link, first: Message): void {
    switch (first.kind) {
      case "connect":
        this.snapt = this.#serve(link);
        return this.snapt.start();
      case "bind":
      case "switchStep2":
      case "switchUnexpected":
        return this.snapt?.takeFirst(link, first);
      default:
        link.close();
    }
  }

  /** Opens a stream to "ssh"; the end of the client application. */
  open(): MemoryConn {
    const [application, relayed] = MemoryConn.pair();
    this.driver.openings.open(openingOf("ssh"), relayed);
    return application;
  }

  get binds(): number {
    return this.world.said.filter(({ kind }) => kind === "bind").length;
  }

  #serve(link: Link): SnaptDriver {
    return new SnaptDriver({
      linkFree: (link) => link.close(),
      settings: SNAPT_SETTINGS,
      budget: new MemoryBudget(1024 * 1024),
      openService: () => this.openService(),
      clientServices: null,
      flows: this.snaptFlows,
      packing: new CompressionTotals(),
      traffic: new StreamTraffic(),
      tasks: this.world.site,
      log: this.world.log,
      dialClient: () => {},
      pathReported: () => {},
      violated: () => {},
      sessionEnded: () => {},
    }, link);
  }
}

/** Sends "hello" from one end and expects it at the other. */
export async function hello(from: MemoryConn, to: MemoryConn | undefined): Promise<void> {
  await from.write(HELLO);
  assertEquals(await to?.readNext(), HELLO);
}
