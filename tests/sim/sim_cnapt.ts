import type { CnaptSessionSettings } from "../../lib/core/session/cnapt_session_settings.ts";
import { MemoryBudget } from "../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../lib/core/session/switch_receipt.ts";
import type { SwitchShape } from "../../lib/core/wire/message.ts";
import type { StreamOpening } from "../../lib/core/wire/stream_opening.ts";
import type { ByteConn } from "../../lib/net/byte_conn.ts";
import type { OpenClientApplication } from "../../lib/relay/client_service/call_answers.ts";
import { CnaptFlows } from "../../lib/relay/datagram/cnapt_flows.ts";
import type { Credentials } from "../../lib/relay/link/link_auth.ts";
import { LinkDialer } from "../../lib/relay/link/link_dialer.ts";
import { ParkedLinks } from "../../lib/relay/link/parked_links.ts";
import { StandbyLinks } from "../../lib/relay/link/standby_links.ts";
import { NO_CONNECTOR } from "../../lib/relay/network/connector.ts";
import type { Clock } from "../../lib/relay/run/clock.ts";
import type { RelayLog } from "../../lib/relay/run/relay_log.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
import { CnaptDriver } from "../../lib/relay/session/cnapt_driver.ts";
import type { CnaptSessionContext } from "../../lib/relay/session/cnapt_session_context.ts";
import type { CnaptSessionEvents } from "../../lib/relay/session/cnapt_session_events.ts";
import { ALONE, type SitePart } from "../../lib/relay/session/site_part.ts";
import { CompressionTotals } from "../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../lib/relay/stream/stream_traffic.ts";
import { SimConn } from "./sim_conn.ts";
import type { SimNetwork } from "./sim_network.ts";

/** What a CNAPT of a world works with. */
export interface SimCnaptContext {
  readonly clock: Clock;
  readonly network: SimNetwork;
  readonly settings: CnaptSessionSettings;
  readonly credentials: Credentials;
  readonly openClientApplication: OpenClientApplication;
  readonly log: RelayLog;
}

/** The driver that ships, which lets a test see its control link. */
class WatchedDriver extends CnaptDriver {
  get controlConn(): SimConn | null {
    const conn = this.control?.conn;
    return conn instanceof SimConn ? conn : null;
  }
}

/** One session of CNAPT: everything that ships, over the connections of a world. */
export class SimCnapt {
  readonly receipts: SwitchReceipt[] = [];
  readonly flows: CnaptFlows;
  readonly parked: ParkedLinks;
  readonly standby: StandbyLinks;
  endReason: string | null = null;
  /** The part that this site has in the next switch of several. */
  part: SitePart = ALONE;
  readonly #driver: WatchedDriver;
  readonly #clock: Clock;

  constructor({ clock, network, settings, credentials, log, ...given }: SimCnaptContext) {
    this.#clock = clock;
    const tasks = TaskGroup.root(clock, log, "cnapt");
    const endpoint = { host: "snapt", port: 7787, credentials, tls: null };
    const dialer = new LinkDialer({
      endpoint,
      tasks,
      dial: (target, via, options) => network.dial(target, via, options),
      resolve: () => network.resolve(),
      chance: () => network.chance(),
    });
    this.parked = new ParkedLinks({ tasks, log });
    this.standby = new StandbyLinks({ dialer, parked: this.parked, tasks });
    this.flows = new CnaptFlows({ limit: 10, tasks, log });
    const context: CnaptSessionContext = {
      endpoint,
      dialer,
      settings,
      providers: network.table,
      budget: new MemoryBudget(1e9),
      flows: this.flows,
      openClientApplication: given.openClientApplication,
      findClientApplication: () => Promise.reject(new TypeError("Cannot find: there is none")),
      direct: null,
      packing: new CompressionTotals(),
      traffic: new StreamTraffic(),
      parked: this.parked,
      standby: this.standby,
      connector: NO_CONNECTOR,
      tasks,
      log,
    };
    const events: CnaptSessionEvents = {
      servicesAnnounced: () => {},
      placesTold: () => {},
      clientServicesOpened: () => {},
      switchEnded: (receipt) => this.receipts.push(receipt),
      decisionSuspended: () => {},
      decisionResumed: () => {},
      sessionEnded: (reason) => this.endReason = reason,
    };
    this.#driver = new WatchedDriver(context, events);
  }

  get session(): CnaptDriver["session"] {
    return this.#driver.session;
  }
  /** CNAPT's end of the control link. */
  get control(): SimConn | null {
    return this.#driver.controlConn;
  }

  start(): void {
    this.#driver.start();
  }

  stop(): void {
    this.#driver.stop();
  }

  /** Relays `application`; false when there are too many streams. */
  open(opening: StreamOpening, application: ByteConn): boolean {
    return this.#driver.openings.relay(opening, application);
  }

  requestSwitch(provider: string, shape: SwitchShape): void {
    const part = this.part;
    this.part = ALONE;
    this.#driver.requestSwitch(provider, shape, "asked", part);
  }

  providerLost(provider: string): void {
    this.#driver.providerLost(provider, "unplugged");
  }

  /** As a site does when its machine has slept. */
  woke(): void {
    this.parked.abandonAll("standby");
    this.#driver.apply(this.#driver.session.woke("slept", this.#clock.now()));
    this.#driver.supply.hurry();
  }

  /** The table of providers is another one. */
  providersChanged(): void {
    this.#driver.providersChanged();
  }
}
