import type { DestinationRule } from "../../core/access/destination_rule.ts";
import type { Farewell } from "../../core/handshake/snapt_event.ts";
import type { SnaptEffect } from "../../core/session/snapt_effect.ts";
import type { LinkId } from "../../core/stream/link_id.ts";
import { SnaptSession } from "../../core/session/snapt/snapt_session.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type {
  ClientServiceOutcome,
  OfferedClientService,
} from "../../core/wire/client_service_messages.ts";
import type { BindDatagrams } from "../../core/wire/datagram_messages.ts";
import type { Bind, SwitchStep2, SwitchUnexpected } from "../../core/wire/message.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import {
  ClientServicePorts,
  type ClientServiceSnapshot,
} from "../client_service/client_service_ports.ts";
import type { Link } from "../link/link.ts";
import type { ClientServicePolicy } from "../access/client_service_policy.ts";
import { DestinationNotAllowed } from "../access/destination_access.ts";
import type { PartingPace } from "../stream/parting.ts";
import { failureFields } from "../run/failure_fields.ts";
import { whoseFault } from "../run/whose_fault.ts";
import { forbiddenStreams } from "./forbidden_streams.ts";
import { GOODBYE, whySwitchRefused } from "./last_words.ts";
import { takeFrame } from "./mistake_guard.ts";
import { resetCodeOf } from "./reset_code_of.ts";
import { ServerCalls } from "./server_calls.ts";
import { ServedDatagrams } from "./served_datagrams.ts";
import { SessionDriver } from "./session_driver.ts";
import type { SnaptSessionContext } from "./snapt_session_context.ts";
import type { OfferedDatagrams } from "../datagram/snapt_datagrams.ts";
import type { SnaptFlows } from "../datagram/snapt_flows.ts";
import type { HeardByClient } from "./heard_by_client.ts";

/** A refusal gets that long to reach the peer. */
const REFUSAL_FLUSH_MS = 1_000;

/** How a session is ended; without a word in particular, and its applications given time. */
interface SessionEnding {
  readonly farewell?: Farewell;
  /** `atOnce`: its server applications are given no time to read what they were sent. */
  readonly pace?: PartingPace;
}

/** The shell around one SNAPT session. */
export class SnaptDriver extends SessionDriver<SnaptEffect, SnaptSession> {
  readonly #context: SnaptSessionContext;
  #remoteAddress: string;
  readonly #datagrams: ServedDatagrams;
  readonly #calls: ServerCalls;
  readonly #ports: ClientServicePorts;

  constructor(context: SnaptSessionContext, link: Link) {
    const { settings, budget, log } = context;
    super(new SnaptSession(settings, link.id, budget, context.tasks.now()), context);
    this.#context = context;
    const { session, tasks } = this;
    const apply = (effects: readonly SnaptEffect[]) => this.apply(effects);
    this.#calls = new ServerCalls({ session, apply, tasks, log });
    this.#ports = new ClientServicePorts({
      policy: context.clientServices,
      called: (service, source, caller) => this.#calls.make(service, source, caller),
      gaveUp: (caller) => this.#calls.giveUp(caller),
      dropped: (reason, count) => this.#datagrams.flows?.drops.add(reason, count),
      memory: this.session.memory,
      tasks: this.tasks,
      log,
    });
    const heard = () => this.payloadReceived();
    this.#datagrams = new ServedDatagrams({ session, calls: this.#calls.waiting, heard, tasks });
    if (context.flows !== null) this.#datagrams.use(context.flows);
    this.#remoteAddress = link.conn.remoteAddress;
    this.links.add(link);
  }

  /** Answers CONNECT. */
  start(): void {
    this.tell(() => this.session.start(this.now()));
  }

  /** Where the control link comes from (patent: the current IP address of the CNAPT). */
  get remoteAddress(): string {
    return this.#remoteAddress;
  }

  /** The first frame on an authenticated link of this CNAPT, other than CONNECT. */
  takeFirst(link: Link, first: Bind | SwitchStep2 | SwitchUnexpected): void {
    this.links.add(link);
    if (first.kind === "bind") {
      this.#bind(link, first);
      return;
    }
    const outcome = this.#takeSwitch(link, () => {
      return this.session.switchReceived(link.id, first, this.now());
    });
    if (outcome === null) return;
    if (!("refuse" in outcome)) {
      this.#remoteAddress = link.conn.remoteAddress;
      return this.apply(outcome);
    }
    this.links.remove(link.id);
    link.send({
      kind: "refused",
      code: outcome.refuse,
      sentence: whySwitchRefused(outcome.refuse, this.#remoteAddress),
    });
    this.#context.tasks.run("refuse", () => link.closeGently(REFUSAL_FLUSH_MS));
  }

  /**
   * Takes in the switch message that came first on `link`. Null when that was a mistake of the
   * peer, which costs it the link and leaves the session as it was, or one of ours.
   */
  #takeSwitch<T>(link: Link, take: () => T): T | null {
    try {
      return takeFrame(take);
    } catch (error) {
      this.links.close(link.id);
      if (!(error instanceof ProtocolViolation)) this.tasks.fault("switch", error);
      else this.log.warn("protocol-violation", failureFields(error));
      return null;
    }
  }

  /** A link that is to carry datagrams. */
  bindDatagrams(link: Link, bind: BindDatagrams): void {
    this.#datagrams.bind(link, bind);
  }

  /** The client services of this CNAPT, for the status. */
  get clientServices(): readonly ClientServiceSnapshot[] {
    return this.#ports.snapshot();
  }

  /** The UDP flows, for the status. */
  get flows(): SnaptFlows | null {
    return this.#datagrams.flows;
  }

  /** What this CNAPT has of UDP is another; `flows` are those of its session. */
  datagramsOffered({ offer, flows }: OfferedDatagrams): void {
    this.#datagrams.use(flows);
    if (this.session.controlLink === null) flows.suspend();
    this.apply(this.session.rights.datagramsOffered(offer));
  }

  /** This CNAPT may offer other ports to server applications now, or none at all. */
  clientServicesChanged(policy: ClientServicePolicy | null): void {
    this.tasks.run("client services", async () => {
      this.#portsOpened(await this.#ports.usePolicy(policy));
    });
  }

  /** This CNAPT may reach what these rules allow, and nothing else: what leads elsewhere is reset. */
  destinationsChanged(rules: readonly DestinationRule[]): void {
    const forbidden = forbiddenStreams(this.session.streams.values(), this.pumps, rules);
    const some = rules.length === 0 ? "none" : "some";
    this.apply(this.session.rights.destinationsChanged(some, forbidden, this.now()));
    this.#datagrams.flows?.rulesChanged(rules);
  }

  /** Ends it, after `farewell` if that can still be said. */
  end({ farewell = GOODBYE, pace = "patient" }: SessionEnding = {}): void {
    if (pace === "atOnce") this.pumps.hurry();
    this.tell(() => this.session.end(farewell, this.now()));
  }

  /** Ends it because this CNAPT is let in no longer, which it hears: it gets no byte more. */
  cutOff(farewell: Farewell): void {
    this.pumps.resetLinks();
    this.end({ farewell, pace: "atOnce" });
  }

  override payloadReceived(): void {
    this.session.payloadReceived(this.now());
  }

  protected override controlLost(link: LinkId): readonly SnaptEffect[] {
    return this.session.controlLost(link, this.now());
  }

  protected override roleEndings(): Readonly<Record<string, () => void>> {
    return { ports: () => this.#ports.close(), calls: () => this.#calls.waiting.refuseAll() };
  }

  protected override violated(reason: string): void {
    super.violated(reason);
    this.report("violation", () => this.#context.violated());
  }

  protected override reportEnd(reason: string): void {
    this.#context.sessionEnded(reason);
  }

  protected override streamFailed(): HeardByClient {
    return "reset";
  }

  /** CNAPT, which has to settle it, speaks first. */
  protected override linkFree(link: Link): void {
    link.rest("untilHeard");
    this.#context.linkFree(link);
  }

  protected override controlAdopted(): void {
    this.#datagrams.flows?.resume(this.session.epoch);
  }

  protected override controlClosed(): void {
    this.#datagrams.flows?.suspend();
  }

  protected override perform(effect: SnaptEffect): void {
    switch (effect.kind) {
      case "pathReported":
        return this.report("path", () => this.#context.pathReported(effect.report));
      case "openService":
        this.#open(effect);
        return;
      case "callRefused":
        this.#calls.waiting.refuse(effect.call);
        return;
      case "clientServicesOffered":
        this.tasks.run("client services", () => this.#openPorts(effect.services));
        return;
      case "sessionEnded":
        return this.finish(effect.reason);
      case "dialClient":
        this.#context.dialClient(effect.request, this.tasks.signal);
        return;
      default:
        this.performCommon(effect);
    }
  }

  /** A BIND that cannot be right, or that we make a mistake with, costs its stream. */
  #bind(link: Link, bind: Bind): void {
    try {
      this.apply(takeFrame(() => this.session.bindReceived(link.id, bind, this.now())));
    } catch (error) {
      this.links.close(link.id);
      if (!(error instanceof ProtocolViolation)) {
        this.streamFault(bind.stream, "BIND", error);
        return this.tell(() => this.session.bindFailed(bind.stream, this.now()));
      }
      this.log.warn("protocol-violation", { stream: bind.stream, ...failureFields(error) });
      this.applicationFailed(bind.stream, "protocol");
    }
  }

  async #connect(id: number, opening: StreamOpening, from: string): Promise<ByteConn | null> {
    if (opening.target.kind === "call") return this.#callerOf(id, opening.target.call);
    let application: ByteConn;
    try {
      application = await this.#context.openService(opening, from, this.tasks.signal);
    } catch (error) {
      if (!(error instanceof DestinationNotAllowed) && whoseFault(error) === "ours") {
        this.streamFault(id, "open service", error);
        return null;
      }
      const reason = error instanceof Error ? error.message : String(error);
      const code = resetCodeOf(error, opening);
      const service = nameOfTarget(opening.target);
      this.log.warn("service-unreachable", { service, reason_code: code, reason });
      this.applicationFailed(id, code);
      return null;
    }
    this.tell(() => this.session.serviceOpened(id));
    return application;
  }

  async #openPorts(services: readonly OfferedClientService[]): Promise<void> {
    this.#portsOpened(await this.#ports.open(services));
  }

  #portsOpened(outcomes: readonly ClientServiceOutcome[] | null): void {
    if (outcomes !== null) this.tell(() => this.session.clientServicesOpened(outcomes));
  }

  #callerOf(id: number, call: number): ByteConn | null {
    const application = this.#calls.waiting.takeStream(call);
    if (application === null) this.applicationFailed(id, "unknownStream");
    return application;
  }

  #open({ stream: id, opening, link }: Extract<SnaptEffect, { kind: "openService" }>): void {
    const stream = this.session.streams.get(id);
    if (stream === undefined) return;
    const from = this.links.get(link)?.conn.remoteAddress ?? this.#remoteAddress;
    this.addPump(stream, this.#connect(id, opening, from));
  }
}
