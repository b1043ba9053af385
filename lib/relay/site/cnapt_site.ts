import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { SubjectView } from "../decision/decision_subject.ts";
import type { Claim } from "../../core/wire/message.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { Compression, StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { OfferedClientServices } from "../client_service/offered_client_services.ts";
import { CnaptFlows } from "../datagram/cnapt_flows.ts";
import { LinkDialer } from "../link/link_dialer.ts";
import { ParkedLinks } from "../link/parked_links.ts";
import { RateProbe } from "../link/rate_probe.ts";
import { StandbyLinks } from "../link/standby_links.ts";
import type { Connector, ConnectPurpose } from "../network/connector.ts";
import type { ReachFailure } from "../network/reach_failures.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { CnaptDriver } from "../session/cnapt_driver.ts";
import type { CnaptSessionEvents } from "../session/cnapt_session_events.ts";
import type { OpeningWaiter } from "../stream/opening_waiter.ts";
import type { CnaptSiteContext } from "./cnapt_site_settings.ts";
import { siteView } from "./site_view.ts";
import { carriedSnapshot } from "./carried_snapshot.ts";
import { networkStirred } from "./network_stirred.ts";
import { sessionSettings } from "./session_settings_of.ts";
import { sessionSnapshot } from "./session_snapshot.ts";
import { type SitePath, sitePath } from "./site_path.ts";
import { SiteOpenings } from "./site_openings.ts";
import { SiteSession } from "./site_session.ts";
import type { SiteSnapshot, SiteState } from "./site_snapshot.ts";
import { SiteTotals } from "./site_totals.ts";
import { SnaptWays } from "./snapt_ways.ts";
import type { EndedSwitch } from "./switch_receipts.ts";
import { SwitchRequests, type WantedSwitch } from "./switch_requests.ts";

/**
 * One site of CNAPT: what outlives its sessions (standby links, UDP conversations, what SNAPT
 * announced), around the session there is (`SiteSession`) and the switches (`SwitchRequests`).
 */
export class CnaptSite {
  readonly name: string;
  readonly #context: CnaptSiteContext;
  readonly #log: RelayLog;
  readonly #tasks: TaskGroup;
  /** The UDP conversations, which outlive sessions. */
  readonly flows: CnaptFlows;
  readonly standby: StandbyLinks;
  readonly rateProbe: RateProbe;
  readonly totals = new SiteTotals();
  readonly #dialer: LinkDialer;
  readonly #parked: ParkedLinks;
  readonly #clientServices: OfferedClientServices;
  readonly #session: SiteSession;
  readonly #openings: SiteOpenings;
  readonly #switches: SwitchRequests;
  readonly #ways: SnaptWays;
  #services: readonly AnnouncedService[] = [];

  constructor(context: CnaptSiteContext) {
    const { settings, providers, connector, budget: memory } = context;
    this.name = settings.name;
    this.#context = context;
    const log = context.log.with({ site: settings.name });
    const tasks = context.tasks.child(`site ${settings.name}`, "keepGoing", log);
    this.#log = log;
    this.#tasks = tasks;
    this.#clientServices = new OfferedClientServices(() => settings.session.clientServices, log);
    this.flows = new CnaptFlows({ limit: () => settings.flows, memory, tasks, log });
    this.#dialer = new LinkDialer({
      endpoint: settings.endpoint,
      tasks,
      log,
      ...(context.dial === undefined ? {} : { dial: context.dial }),
      ...(context.resolve === undefined ? {} : { resolve: context.resolve }),
    });
    this.rateProbe = new RateProbe({ dialer: this.#dialer, tasks });
    this.#parked = new ParkedLinks({ tasks, log });
    this.standby = new StandbyLinks({ dialer: this.#dialer, parked: this.#parked, tasks });
    const session = new SiteSession({
      site: settings.name,
      create: (events, claim) => this.#createDriver(events, claim),
      events: {
        servicesAnnounced: (services) => {
          this.#services = services;
          context.events.servicesAnnounced(services);
        },
        placesTold: (told) => this.#ways.told(told),
        clientServicesOpened: (outcomes) => this.#clientServices.opened(outcomes),
        switchEnded: (receipt) => {
          this.#switches.noteEnded(receipt);
          this.#ways.switchEnded(receipt);
        },
        settled: () => this.#ways.look(),
        ended: () => this.#clientServices.closed(),
        unserved: (clients) => this.#openings.openAgain(clients),
        receptionChanged: () => this.#openings.receptionChanged(),
      },
      tasks,
      log,
    });
    this.#session = session;
    this.#openings = new SiteOpenings({
      reception: () => session.reception,
      ...{ limit: settings.session.limits.streams, tasks, log },
    });
    const ended = (receipt: EndedSwitch) => {
      this.totals.switches.add(receipt);
      context.events.switchEnded(receipt);
    };
    const { standby } = this;
    this.#switches = new SwitchRequests({ session, connector, providers, standby, tasks, ended });
    this.#ways = new SnaptWays({
      ...{ dialer: this.#dialer, parked: this.#parked, providers, tasks, log },
      ...{ endpoint: () => settings.endpoint, known: settings.told ?? [] },
      ...{ driver: () => this.#session.driver, settled: () => this.#settled },
      move: (wanted, signal) => this.#switches.request(wanted, signal),
      remember: (places) => context.events.placesTold(places),
    });
  }

  /** What connects and closes the providers, where the user has commands for that. */
  get connector(): Connector {
    return this.#context.connector;
  }
  /** The session there is, null between two; whoever shows something takes a snapshot instead. */
  get driver(): CnaptDriver | null {
    return this.#session.driver;
  }
  /** Its session's driver while that is connected and moves nowhere. */
  get #settled(): CnaptDriver | null {
    const isSettled = this.state === "connected" && this.#session.decision === "running";
    return isSettled ? this.#session.driver : null;
  }
  get provider(): ProviderKey {
    return this.#session.driver?.session.provider ?? "";
  }
  get state(): SiteState {
    return this.#session.state;
  }
  /** What SNAPT announced; empty before it was heard. */
  get services(): readonly AnnouncedService[] {
    return this.#services;
  }
  /** Whether SNAPT was heard, and gives this CNAPT nothing that it could reach by UDP. */
  get hasNoDatagrams(): boolean {
    const driver = this.#session.driver;
    return driver !== null && driver.session.services.length > 0 && !driver.offersDatagrams;
  }
  /** What keeps CNAPT from this SNAPT; empty while they are connected. */
  get failures(): readonly ReachFailure[] {
    return this.#session.driver?.supply.failures ?? [];
  }
  /** What SNAPT said when it turned CNAPT away last; null since there was a session. */
  get lastRefusal(): string | null {
    return this.#session.lastRefusal;
  }
  /** Whether its session is on `provider`; one between networks, or without one, is on none. */
  livesOn(provider: ProviderKey): boolean {
    const session = this.#session.driver?.session;
    return session !== undefined && session.controlLink !== null && session.provider === provider;
  }
  hasService(name: string): boolean {
    return this.#services.some((service) => service.name === name);
  }
  start(): void {
    this.#session.start();
  }

  /**
   * Brings to its end what applications have written, for `drainMs` at most; then says goodbye and
   * resolves when the session is closed.
   */
  async stop(drainMs = 0): Promise<void> {
    this.flows.closeAll();
    await this.#session.stop(drainMs);
    this.standby.close();
    this.#ways.close();
  }
  /** Relays an application's connection to where it is to lead; it waits without a session. */
  open(opening: StreamOpening, application: ByteConn): void {
    this.#openings.open(opening, application);
  }
  /** Like `open`, for an application that waits to hear what became of it. */
  openFor(opening: StreamOpening, waiter: OpeningWaiter): void {
    this.#openings.openFor(opening, waiter);
  }
  /** How SNAPT would like the streams of a service to be compressed. */
  compressionOf(service: string): Compression {
    return this.#services.find(({ name }) => name === service)?.compression ?? "none";
  }

  providerLost(provider: ProviderKey, reason: string): void {
    this.standby.abandon(provider);
    this.#dialer.sizes.forget(provider);
    this.#parked.lives.forget(provider);
    this.#session.driver?.providerLost(provider, reason);
  }

  /** Something happened to the interface, the addresses or the routes of a provider. */
  networkStirred(provider: ProviderKey): void {
    const driver = this.#session.driver;
    if (driver !== null) networkStirred(driver, provider, () => this.#tasks.now());
    this.#ways.glance();
  }

  /** SNAPT is to be dialled elsewhere: it counts for the next link. */
  endpointChanged(): void {
    this.#dialer.useEndpoint(this.#context.settings.endpoint);
    this.providersChanged();
  }

  /** It has other client services than before: SNAPT is told. */
  clientServicesChanged(): void {
    const driver = this.#session.driver;
    driver?.apply(driver.session.clientServicesChanged());
  }

  providersChanged(): void {
    this.#session.driver?.providersChanged();
    this.#ways.glance();
  }

  /** The machine has slept: no connection is trusted any more, and all are dialled anew at once. */
  woke(reason: string): void {
    this.standby.abandonAll();
    this.#session.woke();
    const driver = this.#session.driver;
    driver?.apply(driver.session.woke(reason, this.#tasks.now()));
    driver?.supply.hurry();
  }

  /**
   * Switches and returns the receipt. A switch under way is waited for first.
   *
   * @throws {SwitchImpossible} there is no such provider or no session to switch
   */
  async switchTo(wanted: WantedSwitch, signal: AbortSignal): Promise<EndedSwitch> {
    return await this.#switches.request(wanted, signal);
  }

  /** What was to be connected for a session without a network is not, or leads nowhere. */
  noteNotConnected(purpose: ConnectPurpose, reason: string): void {
    this.#switches.noteNotConnected(purpose, reason);
  }

  /** What the decision task looks at; null while there is nothing to decide about. */
  view(): SubjectView | null {
    const driver = this.#settled;
    return driver === null ? null : siteView(driver, this.flows, this.#switches.moves);
  }

  /** What notices look at; null between two sessions. */
  path(): SitePath | null {
    const driver = this.#session.driver;
    return driver === null ? null : sitePath(driver.session);
  }

  /** Tells SNAPT about the path. */
  reportPath(report: PathReport): void {
    const driver = this.#session.driver;
    driver?.apply(driver.session.say(report));
  }

  snapshot(): SiteSnapshot {
    return {
      ...sessionSnapshot(this.#session.driver),
      ...carriedSnapshot(this.flows, this.totals.packing),
      name: this.name,
      state: this.state,
      refusal: this.#session.refusal,
      pause: this.#session.pause,
      provider: this.provider,
      way: this.#ways.current,
      services: this.#services,
      clientServices: this.#clientServices.snapshot(),
      packetBytes: this.#dialer.sizes.packetBytesOn(this.provider),
      switches: this.#switches.receipts,
    };
  }

  #createDriver(events: CnaptSessionEvents, claim: Claim): CnaptDriver {
    const { settings, providers, budget, connector } = this.#context;
    const instance = crypto.getRandomValues(new Uint8Array(8)).toHex();
    return new CnaptDriver({
      endpoint: settings.endpoint,
      dialer: this.#dialer,
      parked: this.#parked,
      settings: sessionSettings(settings.session, { instance, claim }),
      providers,
      budget,
      flows: this.flows,
      ...settings.clientApplications,
      ...{ packing: this.totals.packing, traffic: this.totals.traffic },
      standby: this.standby,
      connector,
      tasks: this.#tasks,
      log: this.#log,
    }, events);
  }
}
