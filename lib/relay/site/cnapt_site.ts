import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { SwitchShape } from "../../core/wire/message.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { Compression, StreamOpening } from "../../core/wire/stream_opening.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { CnaptDriver } from "../session/cnapt_driver.ts";
import { CnaptFlows } from "../datagram/cnapt_flows.ts";
import type {
  CnaptSiteContext,
  CnaptSiteEvents,
  CnaptSiteSettings,
} from "./cnapt_site_settings.ts";
import type { Connector } from "../network/connector.ts";
import type { PathMeter } from "../../core/path/path_meter.ts";
import { isLastingRefusal } from "./lasting_refusal.ts";
import { LinkDialer } from "../link/link_dialer.ts";
import { OfferedClientServices } from "../client_service/offered_client_services.ts";
import type { OpeningWaiter } from "../stream/opening_waiter.ts";
import { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { Providers } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { Timer } from "../run/clock.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { WakeUp } from "../run/wake_up.ts";
import { sessionSnapshot } from "./session_snapshot.ts";
import { SessionRestarts } from "../session/session_restarts.ts";
import { ALONE, type SitePart } from "../session/site_part.ts";
import type { SiteSnapshot } from "./site_snapshot.ts";
import { servicesInUse } from "./services_in_use.ts";
import { ParkedLinks } from "../link/parked_links.ts";
import { StandbyLinks } from "../link/standby_links.ts";
import { connectForSwitch } from "../session/switch_connection.ts";
import { SwitchImpossible } from "./switch_impossible.ts";
import { SwitchReceipts } from "./switch_receipts.ts";

/**
 * One site of CNAPT: keeps a session with its SNAPT, starts another when one ended, and holds
 * what outlives sessions: the receipts and the requests for switches.
 */
export class CnaptSite {
  readonly name: string;
  readonly #settings: CnaptSiteSettings;
  readonly #providers: Providers;
  readonly #budget: MemoryBudget;
  readonly #log: RelayLog;
  readonly #tasks: TaskGroup;
  readonly #events: CnaptSiteEvents;
  /** The UDP conversations, which outlive sessions. */
  readonly flows: CnaptFlows;
  readonly #packing = new CompressionTotals();
  readonly #dialer: LinkDialer;
  readonly #parked: ParkedLinks;
  readonly standby: StandbyLinks;
  /** What connects and closes the providers, where the user has commands for that. */
  readonly connector: Connector;
  readonly #changed = new WakeUp();
  readonly #receipts = new SwitchReceipts();
  readonly #clientServices: OfferedClientServices;
  #decision: "running" | "suspended" = "running";
  #driver: CnaptDriver | null = null;
  #refusal: { readonly code: string; readonly sentence: string } | null = null;
  #services: readonly AnnouncedService[] = [];
  readonly #restarts = new SessionRestarts();
  #restart: Timer | null = null;
  #switching: Promise<unknown> = Promise.resolve();
  #life: "new" | "running" | "stopping" | "stopped" = "new";

  constructor(context: CnaptSiteContext) {
    const { settings, providers, connector } = context;
    this.name = settings.name;
    this.#settings = settings;
    this.#providers = providers;
    this.#budget = context.budget;
    this.#log = context.log.with({ site: settings.name });
    this.#tasks = context.tasks.child(`site ${settings.name}`, "keepGoing", this.#log);
    this.#events = context.events;
    this.#clientServices = new OfferedClientServices(settings.session.clientServices, this.#log);
    this.connector = connector;
    this.flows = new CnaptFlows({
      limit: settings.flows,
      tasks: this.#tasks,
      log: this.#log,
    });
    this.#dialer = new LinkDialer({ endpoint: settings.endpoint, tasks: this.#tasks });
    this.#parked = new ParkedLinks({ tasks: this.#tasks, log: this.#log });
    this.standby = new StandbyLinks({
      dialer: this.#dialer,
      parked: this.#parked,
      tasks: this.#tasks,
    });
  }

  get driver(): CnaptDriver | null {
    return this.#driver;
  }
  get provider(): ProviderKey {
    return this.#driver?.session.provider ?? "";
  }

  get state(): SiteSnapshot["state"] {
    const { session = null } = this.#driver ?? {};
    return session?.state ?? (this.#refusal === null ? "closed" : "refused");
  }

  /** What SNAPT announced; empty before it was heard. */
  get services(): readonly AnnouncedService[] {
    return this.#services;
  }

  hasService(name: string): boolean {
    return this.#services.some((service) => service.name === name);
  }

  start(): void {
    this.#life = "running";
    this.#beginNow();
  }

  /** Says goodbye and resolves when the session is closed. */
  async stop(): Promise<void> {
    if (this.#life !== "running") return;
    this.#life = "stopping";
    this.flows.closeAll();
    this.standby.close();
    this.#restart?.cancel();
    const driver = this.#driver;
    if (driver === null) this.#life = "stopped";
    else driver.stop();
    while (this.#driver !== null) await this.#changed.wait();
    this.#life = "stopped";
    this.#changed.wake();
  }

  /** Relays an application's connection to where it is to lead; it waits without a network. */
  open(opening: StreamOpening, application: ByteConn): void {
    if (this.#driver === null || this.#life !== "running") {
      this.#log.warn("application-turned-away", {
        service: nameOfTarget(opening.target),
        reason: this.#refusal?.sentence ?? "there is no session",
      });
      return application.reset();
    }
    this.#driver.openings.open(opening, application);
  }

  /** Like `open`, for an application that waits to hear what became of it. */
  openFor(opening: StreamOpening, waiter: OpeningWaiter): void {
    if (this.#driver === null || this.#life !== "running") return waiter.failed("sessionEnded");
    this.#driver.openings.openFor(opening, waiter);
  }

  /** How SNAPT would like the streams of a service to be packed. */
  compressionOf(service: string): Compression {
    return this.#services.find(({ name }) => name === service)?.compression ?? "none";
  }

  providerLost(provider: ProviderKey, reason: string): void {
    this.standby.abandon(provider);
    this.#driver?.providerLost(provider, reason);
  }

  providersChanged(): void {
    this.#driver?.providersChanged();
  }

  /**
   * Switches to `provider` and returns the receipt. A switch under way is waited for first.
   * `part`: the switch is one of several sites.
   *
   * @throws {SwitchImpossible} there is no such provider or no session to switch
   */
  switchTo(
    provider: ProviderKey,
    shape: SwitchShape,
    reason: string,
    signal: AbortSignal,
    part: SitePart = ALONE,
  ): Promise<SwitchReceipt> {
    const turn = this.#switching.then(() => this.#switchNow(provider, shape, reason, signal, part));
    this.#switching = turn.catch(() => {});
    return turn;
  }

  /** What the decision task looks at; null while there is nothing to decide about. */
  view(): { provider: ProviderKey; meter: PathMeter; streams: number; services: string[] } | null {
    const session = this.#driver?.session;
    if (session?.state !== "connected" || this.#decision === "suspended") return null;
    const { provider, meter, streams } = session;
    return { provider, meter, streams: streams.size, services: servicesInUse(streams, this.flows) };
  }

  snapshot(): SiteSnapshot {
    return {
      ...sessionSnapshot(this.#driver),
      name: this.name,
      state: this.state,
      refusal: this.#refusal,
      provider: this.provider,
      services: this.#services,
      clientServices: this.#clientServices.snapshot(),
      datagrams: { way: this.flows.way, dropped: this.flows.drops.snapshot() },
      flows: this.flows.snapshot(),
      packing: this.#packing.snapshot(),
      switches: this.#receipts.kept,
    };
  }

  async #switchNow(
    provider: ProviderKey,
    shape: SwitchShape,
    reason: string,
    signal: AbortSignal,
    part: SitePart,
  ): Promise<SwitchReceipt> {
    await this.#connectedDriver(signal);
    const refuse = (why: string) => new SwitchImpossible(`Cannot switch to ${provider}: ${why}`);
    const isRaisable = this.connector.stateOf(provider) === "raisable";
    if (!isRaisable && this.#providers.find(provider) === null) {
      const known = this.#providers.candidates().map((one) => one.key).join(", ");
      throw refuse(`there is no such interface with an address (there is: ${known})`);
    }
    if (this.provider === provider) throw refuse("the session is there already");
    const purpose = { from: this.provider, to: provider, reason };
    const actual = this.connector.excludes(purpose.from, provider) ? "strict" : shape;
    if (actual === "overlapped" && isRaisable) {
      const { connector, standby } = this;
      const means = { connector, standby, providers: this.#providers, clock: this.#tasks };
      const failure = await connectForSwitch(purpose, this.snapshot().epoch, means, signal);
      if (failure !== null) {
        part.leave();
        return this.noteSwitch(failure);
      }
    }
    const driver = await this.#connectedDriver(signal);
    const { last, count: before } = this.#receipts;
    // Its old network may have been lost meanwhile, and the new one found.
    if (driver.session.provider === provider && last !== null) return last;
    driver.requestSwitch(provider, actual, reason, part);
    while (this.#receipts.count === before) {
      signal.throwIfAborted();
      if (this.#driver !== driver) throw refuse("the session ended meanwhile");
      await this.#changed.waitOr(signal);
    }
    const receipt = this.#receipts.last;
    if (receipt !== null) return receipt;
    throw new SwitchImpossible("Cannot switch: the receipt is lost");
  }

  /** A switch has ended, or has failed before the session knew of it. */
  noteSwitch(receipt: SwitchReceipt): SwitchReceipt {
    this.#receipts.add(receipt);
    this.#events.switchEnded(receipt);
    this.#changed.wake();
    return receipt;
  }

  /** Waits until there is a session that could be switched. */
  async #connectedDriver(signal: AbortSignal): Promise<CnaptDriver> {
    while (this.#driver?.session.state !== "connected") {
      signal.throwIfAborted();
      if (this.#life !== "running" || this.#driver === null) {
        throw new SwitchImpossible(`Cannot switch ${this.name}: there is no session`);
      }
      await this.#changed.waitOr(signal);
    }
    return this.#driver;
  }

  #beginLater(isRefused: boolean): void {
    const pause = this.#restarts.pauseAfter(this.#tasks.now(), isRefused);
    this.#restart = this.#tasks.timer(pause, () => this.#beginNow());
  }

  /** Also when a mistake of ours keeps a session from beginning, another is tried. */
  #beginNow(): void {
    this.#restarts.started(this.#tasks.now());
    const begun = this.#tasks.guard("begin session", () => this.#begin());
    if (begun === null) this.#beginLater(false);
  }

  #begin(): "begun" {
    const instance = crypto.getRandomValues(new Uint8Array(8)).toHex();
    const driver = new CnaptDriver({
      endpoint: this.#settings.endpoint,
      dialer: this.#dialer,
      parked: this.#parked,
      settings: { ...this.#settings.session, instance },
      providers: this.#providers,
      budget: this.#budget,
      flows: this.flows,
      ...this.#settings.clientApplications,
      packing: this.#packing,
      standby: this.standby,
      connector: this.connector,
      tasks: this.#tasks,
      log: this.#log,
    }, {
      servicesAnnounced: (_site, services) => {
        this.#services = services;
        this.#refusal = null;
        this.#log.info("connected", {
          provider: driver.session.provider,
          services: services.map((service) => service.name).join(","),
        });
        this.#events.servicesAnnounced(services);
        this.#changed.wake();
      },
      clientServicesOpened: (outcomes) => this.#clientServices.opened(outcomes),
      switchEnded: (receipt) => {
        this.noteSwitch(receipt);
        if (receipt.outcome === "failed" || receipt.from === receipt.to) return;
        // [CNAPT-22]: "the old network connection will be closed if it is still open".
        if (receipt.kind !== "strict") void this.connector.release(receipt);
      },
      decisionSuspended: () => this.#setDecision("suspended"),
      decisionResumed: () => this.#setDecision("running"),
      sessionEnded: (reason) => this.#sessionEnded(driver, reason),
    });
    this.#driver = driver;
    driver.start();
    return "begun";
  }

  /** Suspended from the start of a switch until all of its sites are redirected [CNAPT-34]. */
  #setDecision(decision: "running" | "suspended"): void {
    this.#decision = decision;
    this.#log.debug(`decision-${decision}`);
  }

  #sessionEnded(driver: CnaptDriver, reason: string): void {
    this.#refusal = driver.session.refusal;
    this.#decision = "running";
    this.#driver = null;
    this.#clientServices.closed();
    this.#log.info("session-ended", { reason });
    if (this.#life === "running") {
      const isLasting = this.#refusal !== null && isLastingRefusal(this.#refusal.code);
      if (!isLasting) this.#refusal = null;
      this.#beginLater(isLasting);
    }
    this.#changed.wake();
  }
}
