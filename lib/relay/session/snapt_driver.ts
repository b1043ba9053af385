import { IllegalEvent } from "../../core/handshake/transition.ts";
import type { SnaptEffect } from "../../core/session/snapt_effect.ts";
import type { LinkId } from "../../core/stream/link_id.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";
import { SnaptSession } from "../../core/session/snapt_session.ts";
import type { SnaptSessionSettings } from "../../core/session/snapt_session_settings.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { DialRequest, OfferedClientService } from "../../core/wire/client_service_messages.ts";
import type { BindDatagrams } from "../../core/wire/datagram_messages.ts";
import type { Bind, SwitchStep2, SwitchUnexpected } from "../../core/wire/message.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { type WaitingCaller, WaitingCalls } from "../client_service/waiting_calls.ts";
import {
  ClientServicePorts,
  type ClientServiceSnapshot,
} from "../client_service/client_service_ports.ts";
import type { ClientServicePolicy } from "../access/client_service_policy.ts";
import type { DatagramCaller } from "../datagram/datagram_caller.ts";
import { DatagramLink } from "../datagram/datagram_link.ts";
import type { Link } from "../link/link.ts";
import { DestinationNotAllowed } from "../access/destination_access.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { SessionDriver } from "./session_driver.ts";
import type { SnaptFlows } from "../datagram/snapt_flows.ts";

/** A refusal gets that long to reach the peer. */
const REFUSAL_FLUSH_MS = 1_000;

/** Connects to the server application of a service (patent: Client Request Emulator). */
export type OpenService = (opening: StreamOpening, signal: AbortSignal) => Promise<ByteConn>;

export interface SnaptDriverContext {
  readonly settings: SnaptSessionSettings;
  readonly budget: MemoryBudget;
  readonly openService: OpenService;
  /** What this CNAPT may offer to server applications; null where SNAPT has no room for it. */
  readonly clientServices: ClientServicePolicy | null;
  /** The session's UDP flows; null where it has no UDP services. */
  readonly flows: SnaptFlows | null;
  readonly packing: CompressionTotals;
  /** Owns what SNAPT runs by itself; the session makes a group of its own in it. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Dials this CNAPT where it says that it is. */
  readonly dialClient: (request: DialRequest, signal: AbortSignal) => void;
  readonly pathReported: (driver: SnaptDriver, report: PathReport) => void;
  readonly sessionEnded: (driver: SnaptDriver, reason: string) => void;
}

/** The shell around one SNAPT session. */
export class SnaptDriver extends SessionDriver<SnaptEffect, SnaptSession> {
  readonly #context: SnaptDriverContext;
  readonly #abort = new AbortController();
  #remoteAddress: string;
  #datagramBinding = 0;
  readonly #calls = new WaitingCalls();
  readonly #ports: ClientServicePorts;

  constructor(context: SnaptDriverContext, link: Link) {
    const { settings, budget, log } = context;
    super(new SnaptSession(settings, link.id, budget, context.tasks.now()), context);
    this.#context = context;
    this.#ports = new ClientServicePorts({
      policy: context.clientServices,
      called: (service, source, caller) => this.#call(service, source, caller),
      gaveUp: (caller) => this.#giveUp(caller),
      dropped: (reason, count) => context.flows?.drops.add(reason, count),
      log,
    });
    context.flows?.answerCalls((call) =>
      this.session.callAnswered(call) ? this.#calls.takeDatagrams(call) : null
    );
    this.#remoteAddress = link.conn.remoteAddress;
    this.links.set(link.id, link);
    this.apply(this.session.start(this.now()));
  }

  /** Where the control link comes from (patent: the current IP address of the CNAPT). */
  get remoteAddress(): string {
    return this.#remoteAddress;
  }

  /** The first frame on an authenticated link of this CNAPT, other than CONNECT. */
  takeFirst(link: Link, first: Bind | SwitchStep2 | SwitchUnexpected): void {
    this.links.set(link.id, link);
    if (first.kind === "bind") {
      this.#bind(link, first);
      return;
    }
    const outcome = this.#switchReceived(link, first);
    if (outcome === null) return;
    if (!("refuse" in outcome)) {
      this.#remoteAddress = link.conn.remoteAddress;
      return this.apply(outcome);
    }
    this.links.delete(link.id);
    link.send({
      kind: "refused",
      code: outcome.refuse,
      sentence: outcome.refuse === "unknownSession"
        ? "SNAPT no longer knows this session"
        : "a newer switch of this session came first",
    });
    this.closeGently(link, REFUSAL_FLUSH_MS);
  }

  /** Null when it cannot be right: it costs its link, and the session is as it was. */
  #switchReceived(link: Link, message: SwitchStep2 | SwitchUnexpected) {
    try {
      return this.session.switchReceived(link.id, message, this.now());
    } catch (error) {
      if (!(error instanceof ProtocolViolation || error instanceof IllegalEvent)) throw error;
      this.log.warn("protocol-violation", { reason: error.message });
      this.links.delete(link.id);
      link.close();
      return null;
    }
  }

  /** A link that is to carry datagrams. */
  bindDatagrams(link: Link, { binding }: BindDatagrams): void {
    const { flows } = this.#context;
    if (flows === null || binding <= this.#datagramBinding || this.session.controlLink === null) {
      return link.close();
    }
    this.#datagramBinding = binding;
    link.send({ kind: "boundDatagrams", binding });
    this.tasks.run("datagram link", async () => {
      await link.flushed();
      if (!link.isOpen || binding !== this.#datagramBinding) return link.close();
      const carrier: DatagramLink = new DatagramLink(link.conn, link.takeRest(), {
        received: (packet) => {
          this.payloadReceived();
          flows.client.linkReceived(packet, carrier);
        },
        ended: () => flows.client.linkEnded(carrier),
      });
      flows.client.useLink(carrier);
    });
  }

  /** The client services of this CNAPT, for the status. */
  get clientServices(): readonly ClientServiceSnapshot[] {
    return this.#ports.snapshot();
  }

  /** The UDP flows, for the status. */
  get flows(): SnaptFlows | null {
    return this.#context.flows;
  }

  end(): void {
    this.apply(this.session.end(this.now()));
  }

  override payloadSent(): void {}
  override payloadReceived(): void {
    this.session.payloadReceived(this.now());
  }

  protected override controlLost(link: LinkId): readonly SnaptEffect[] {
    return this.session.controlLost(link, this.now());
  }

  protected override streamFailed(): void {}

  protected override controlAdopted(): void {
    this.#context.flows?.client.resume(this.session.epoch);
  }

  protected override controlClosed(): void {
    this.#context.flows?.client.suspend();
  }

  protected override perform(effect: SnaptEffect): void {
    switch (effect.kind) {
      case "pathReported":
        this.#context.pathReported(this, effect.report);
        return;
      case "openService":
        this.#open(effect.stream, effect.opening);
        return;
      case "callRefused":
        this.#calls.refuse(effect.call);
        return;
      case "clientServicesOffered":
        this.tasks.run("client services", () => this.#openPorts(effect.services));
        return;
      case "sessionEnded":
        this.#abort.abort();
        this.#ports.close();
        this.#calls.refuseAll();
        this.dispose();
        this.#context.sessionEnded(this, effect.reason);
        return;
      case "dialClient":
        this.#context.dialClient(effect.request, this.#abort.signal);
        return;
      default:
        this.performCommon(effect);
    }
  }

  /** A BIND that cannot be right costs its stream, not the session. */
  #bind(link: Link, bind: Bind): void {
    try {
      this.apply(this.session.bindReceived(link.id, bind, this.now()));
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      this.log.warn("protocol-violation", { stream: bind.stream, reason: error.message });
      link.close();
      this.links.delete(link.id);
      this.applicationFailed(bind.stream, "protocol");
    }
  }

  async #connect(id: number, opening: StreamOpening): Promise<ByteConn | null> {
    if (opening.target.kind === "call") return this.#callerOf(id, opening.target.call);
    try {
      const application = await this.#context.openService(opening, this.#abort.signal);
      this.apply(this.session.serviceOpened(id));
      return application;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn("service-unreachable", { service: nameOfTarget(opening.target), reason });
      this.applicationFailed(id, resetCodeOf(error, opening));
      return null;
    }
  }

  async #openPorts(services: readonly OfferedClientService[]): Promise<void> {
    const outcomes = await this.#ports.open(services);
    this.apply(this.session.clientServicesOpened(outcomes));
  }

  /** False when too many wait already. */
  #call(service: string, source: string, caller: WaitingCaller): boolean {
    if (this.#abort.signal.aborted) return false; // it was accepted while the session ended
    const made = this.session.call(service, source);
    if (made === null) {
      this.log.warn("call-refused", { service, reason: "too many connections" });
      return false;
    }
    this.#calls.add(made.call, caller);
    this.apply(made.effects);
    return true;
  }

  #giveUp(caller: DatagramCaller): void {
    const call = this.#calls.callOf(caller);
    if (call === null) return;
    this.#calls.takeDatagrams(call);
    this.session.callAnswered(call);
  }

  #callerOf(id: number, call: number): ByteConn | null {
    const application = this.#calls.takeStream(call);
    if (application === null) this.applicationFailed(id, "unknownStream");
    return application;
  }

  #open(id: number, opening: StreamOpening): void {
    const stream = this.session.streams.get(id);
    if (stream === undefined) return;
    this.addPump(stream, this.#connect(id, opening));
  }
}

/** Who asked for a destination of its own choice learns more of why it failed. */
function resetCodeOf(error: unknown, { target }: StreamOpening): ResetCode {
  if (target.kind === "service") return "serviceUnreachable";
  if (error instanceof DestinationNotAllowed) return "destinationNotAllowed";
  if (!(error instanceof ConnFailed)) return "serviceUnreachable";
  switch (error.code) {
    case "refused":
      return "connectionRefused";
    case "timedOut":
      return "connectTimedOut";
    case "nameUnknown":
      return "nameUnknown";
    default:
      return "serviceUnreachable";
  }
}
