import { CnaptSession } from "../../core/session/cnapt/cnapt_session.ts";
import type { CnaptEffect } from "../../core/session/cnapt_effect.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { LinkId } from "../../core/stream/link_id.ts";
import { currentLink, type StreamRecord } from "../../core/stream/stream_record.ts";
import type { Bound, SwitchShape } from "../../core/wire/message.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { ClientOpenings, type OpeningsHost } from "./client_openings.ts";
import { CnaptClientServices } from "./cnapt_client_services.ts";
import type { CnaptSessionContext } from "./cnapt_session_context.ts";
import type { CnaptSessionEvents } from "./cnapt_session_events.ts";
import { ControlDials } from "./control_dials.ts";
import { DepartedClients } from "./departed_clients.ts";
import type { Link } from "../link/link.ts";
import { LinkSupply } from "../link/link_supply.ts";
import { SettlingLinks } from "../link/settling_links.ts";
import { takeFrame } from "./mistake_guard.ts";
import type { SitePart } from "./site_part.ts";
import { SiteSteps } from "./site_steps.ts";
import { SessionDatagrams } from "./session_datagrams.ts";
import { SessionDriver } from "./session_driver.ts";
import { type BinderHost, type LinkRequest, StreamBinder } from "./stream_binder.ts";
import { changeProvider } from "./switch_connection.ts";
import type { HeardByClient } from "./heard_by_client.ts";
import { failureFields } from "../run/failure_fields.ts";

/** The shell around one CNAPT session: dials its links, relays its streams. */
export class CnaptDriver extends SessionDriver<CnaptEffect, CnaptSession>
  implements BinderHost, OpeningsHost {
  readonly #context: CnaptSessionContext;
  readonly #events: CnaptSessionEvents;
  /** Where its links come from, and why there are none. */
  readonly supply: LinkSupply;
  readonly #dials: ControlDials;
  readonly #binder: StreamBinder;
  readonly #settling: SettlingLinks;
  /** What applications open. */
  readonly openings: ClientOpenings;
  readonly #clientServices: CnaptClientServices;
  readonly #datagrams: SessionDatagrams;
  #lastPayloadAt = 0;
  readonly #steps: SiteSteps;

  constructor(context: CnaptSessionContext, events: CnaptSessionEvents) {
    const first = context.providers.candidates()[0]?.key ?? "";
    const session = new CnaptSession(context.settings, first, context.budget, context.tasks.now());
    super(session, context);
    this.#context = context;
    this.#events = events;
    const departed = new DepartedClients(this, this.tasks, context.log);
    this.openings = new ClientOpenings(this, departed, context.log);
    this.#steps = new SiteSteps(context.tasks);
    this.supply = new LinkSupply({
      ...context,
      tasks: this.tasks,
      roundTripMs: () => session.meter.roundTripMs,
      sizeChanged: (provider) => this.#replaceLinks(provider),
    });
    this.#dials = new ControlDials({
      session,
      supply: this.supply,
      tasks: this.tasks,
      add: (link) => this.links.add(link),
      tell: (fact) => this.tell(fact),
      rearm: () => this.rearm(),
    });
    this.#settling = new SettlingLinks(
      (message) => session.record.isAcknowledged(message),
      (link) => this.supply.giveBack(link),
    );
    this.#binder = new StreamBinder(this, this.tasks, context.log);
    this.#datagrams = new SessionDatagrams(context, {
      tasks: this.tasks,
      supply: this.supply,
      place: () => ({ control: this.control, epoch: this.session.epoch }),
      heard: () => this.payloadReceived(),
    });
    this.#clientServices = new CnaptClientServices(context, this.supply, {
      tasks: this.tasks,
      control: () => this.control,
      requestDial: (request) => this.tell(() => this.session.say(request)),
      answer: (opening, application) => this.openings.relay(opening, application),
      refuse: (call, code) => this.tell(() => this.session.refuseCall(call, code)),
    });
  }

  /** Whether SNAPT lets this CNAPT use UDP, which it says before it names the services. */
  get offersDatagrams(): boolean {
    return this.#datagrams.isOpen;
  }

  start(): void {
    this.tell(() => this.session.start(this.now()));
  }

  /** Says goodbye, at the end of the program; `sessionEnded` follows. */
  stop(): void {
    this.pumps.hurry();
    this.tell(() => this.session.stop(this.now()));
  }

  /** `part`: the switch is one of several sites. */
  requestSwitch(provider: ProviderKey, shape: SwitchShape, reason: string, part: SitePart): void {
    this.#steps.join(part);
    this.tell(() => this.session.requestSwitch(provider, shape, reason, this.now()));
  }

  providerLost(provider: ProviderKey, reason: string): void {
    this.tell(() => this.session.providerLost(provider, reason, this.now()));
  }

  /** Something new to try, on `provider` or anywhere: a search under way dials there at once. */
  providersChanged(provider: ProviderKey | null = null): void {
    this.tell(() => this.session.networksChanged(this.now()));
    this.supply.hurry(provider);
  }

  override payloadSent(stream: StreamRecord): void {
    this.supply.noteTraffic();
    super.payloadSent(stream);
  }

  override payloadReceived(): void {
    const now = this.now();
    if (now - this.#lastPayloadAt < 5) return; // often enough to prove the path
    this.#lastPayloadAt = now;
    this.session.payloadReceived(now);
    this.rearm();
    this.supply.noteTraffic();
  }

  override streamLinkLost(stream: number, link: LinkId): void {
    this.supply.suspectSize();
    super.streamLinkLost(stream, link);
  }

  openStream(
    opening: StreamOpening,
    applicationOf: (stream: number) => Promise<ByteConn | null>,
  ): boolean {
    const opened = this.tasks.guard("open stream", () => {
      return this.session.openStream(opening, this.now());
    });
    if (opened === null) return false;
    this.addPump(opened.stream, applicationOf(opened.stream.id));
    this.apply(opened.effects);
    return true;
  }
  streamOf(id: number): StreamRecord | null {
    return this.session.streams.get(id) ?? null;
  }
  sourceOf(opening: StreamOpening): Pick<LinkSupply, "request"> {
    return this.#clientServices.sourceOf(opening);
  }
  linkReady({ stream, binding }: LinkRequest, link: Link): void {
    this.links.add(link);
    this.tell(() => this.session.linkAcquired(stream, binding, link.id, this.now()));
    this.openings.announced(stream);
  }
  bound(stream: number, link: Link, bound: Bound): void {
    if (!this.links.has(link.id)) return;
    try {
      this.apply(takeFrame(() => this.session.boundReceived(link.id, bound, this.now())));
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) {
        return this.streamFault(bound.stream, "BOUND", error);
      }
      this.log.warn("protocol-violation", { stream: bound.stream, ...failureFields(error) });
      this.broken(stream, link);
    }
  }
  broken(stream: number, link: Link): void {
    if (!this.links.close(link.id)) return;
    this.tell(() => this.session.linkBroken(stream, link.id, this.now()));
  }

  protected override controlLost(link: LinkId, reason: string): readonly CnaptEffect[] {
    return this.session.controlLost(link, reason, this.now());
  }

  protected override perform(effect: CnaptEffect): void {
    switch (effect.kind) {
      case "requestLink":
        return this.#binder.request(effect);
      case "dialControl":
        return this.tasks.run("dial control link", () => this.#dials.dial(effect.provider));
      case "prepareLinks":
        return this.tasks.run("prepare", () => this.#dials.prepare(effect.provider, effect.count));
      case "abandonLinks":
        // A session that was to get other links of its own network stays there.
        if (effect.provider !== this.session.provider) this.#clientServices.leave(effect.provider);
        return this.supply.abandon(effect.provider);
      case "useProvider":
        this.#clientServices.use(effect.provider);
        return this.supply.use(effect.provider);
      case "reachSitePoint": {
        const { point } = effect;
        const pass = () => {
          if (point === "left") this.tasks.run("change network", () => this.#changeProvider());
          else this.tell(() => this.session.sitePointPassed(point, this.now()));
        };
        return this.#steps.reach(point, pass);
      }
      case "leaveSites":
        return this.#steps.leave();
      case "askAround":
        return this.tasks.run("ask around", () => this.#dials.askAround(effect.provider));
      case "askSystem":
        return this.#dials.askSystem({ control: this.control, pumps: this.pumps });
      case "seekControl":
        return this.tasks.run("seek control link", () => this.#dials.seek());
      case "stopSeeking":
        return this.#dials.stopSeeking();
      case "suspendDecision":
        return this.report("decision", () => this.#events.decisionSuspended());
      case "resumeDecision":
        return this.#steps.redirected(() => this.#events.decisionResumed());
      case "servicesAnnounced":
        return this.report("services", () => {
          this.#events.servicesAnnounced(this.session.site, this.session.services);
        });
      case "placesTold":
        return this.report("places", () => this.#events.placesTold(effect.told));
      case "datagramsOffered":
        this.tasks.run("carry datagrams", () => this.#datagrams.offered(effect.offer));
        return;
      case "switchEnded":
        return this.report("switch", () => this.#events.switchEnded(effect.receipt));
      case "sessionEnded":
        return this.finish(effect.reason);
      case "streamOpened":
        return this.tasks.run("tell opener", () => this.openings.opened(effect.stream));
      case "callReceived":
        return this.#clientServices.called(effect.call, effect.service, effect.source);
      case "clientServicesOpened":
        return this.report("client services", () => {
          this.#events.clientServicesOpened(effect.outcomes);
        });
      default:
        this.performCommon(effect);
    }
  }

  protected override roleEndings(): Readonly<Record<string, () => void>> {
    return {
      sites: () => this.#steps.leave(),
      datagrams: () => this.#datagrams.close(),
      "client services": () => this.#clientServices.close(),
      openings: () => this.openings.close(),
      settling: () => this.#settling.close(),
      links: () => this.supply.close(),
    };
  }

  protected override reportEnd(reason: string): void {
    this.#events.sessionEnded(reason, this.openings.takeUnserved());
  }

  protected override linkFree(link: Link, settledBy: number): void {
    this.#settling.add(link, settledBy);
  }

  /** SNAPT may have said by now that it knows of streams that are complete. */
  override apply(effects: readonly CnaptEffect[] | null): void {
    super.apply(effects);
    this.#settling.look();
  }

  protected override streamFailed(stream: number, code: ResetCode): HeardByClient {
    return this.openings.failed(stream, code);
  }

  protected override controlAdopted(): void {
    this.#datagrams.moved();
  }

  protected override controlClosed(): void {
    this.#clientServices.leaveAll();
    this.#datagrams.suspend();
  }

  /** Packets on the links of `provider` were too large, or may be larger now. */
  #replaceLinks(provider: ProviderKey): void {
    if (this.session.provider !== provider) return;
    for (const stream of [...this.session.streams.values()]) {
      const link = currentLink(stream);
      if (link !== null) super.streamLinkLost(stream.id, link);
    }
    this.#datagrams.moved();
  }

  /** All links are closed: the old provider may be left, and the new one connected. */
  async #changeProvider(): Promise<void> {
    const means = { connector: this.#context.connector, clock: this.tasks };
    this.apply(await changeProvider(means, this.session, this.tasks.signal));
  }
}
