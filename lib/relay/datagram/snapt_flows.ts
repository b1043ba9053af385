import type { DestinationRule } from "../../core/access/destination_rule.ts";
import { DropCounters } from "../../core/datagram/drop_counters.ts";
import { FlowTable } from "../../core/datagram/flow_table.ts";
import { type HeldMemory, HoldBudget } from "../../core/datagram/hold_budget.ts";
import { HoldQueue } from "../../core/datagram/hold_queue.ts";
import type { BindPacket, FlowPacket } from "../../core/datagram/packet.ts";
import { unreachable } from "../../core/exhaustive.ts";
import { type DatagramService, type DatagramSession } from "../../core/wire/datagram_messages.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import { PathToCnapt } from "./path_to_cnapt.ts";
import type { Answer, PathToCnaptEvents } from "./path_to_cnapt_events.ts";
import type { OwnKeys } from "./sealing/datagram_keys.ts";
import { discard, hold, putBack, release } from "./counted_hold.ts";
import type { DatagramCaller } from "./datagram_caller.ts";
import { DestinationNotAllowed } from "../access/destination_access.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { FlowRefusals } from "./flow_refusals.ts";
import { FlowRights } from "./flow_rights.ts";
import { FlowSocket } from "./flow_socket.ts";
import type { FindServer } from "./find_server.ts";
import { TooBigReport } from "./too_big_report.ts";
import { snapshotOf, type SnaptFlow, type SnaptFlowSnapshot } from "./snapt_flow.ts";

/** So many destinations of one CNAPT are looked for at once. */
const MAX_SEARCHED = 64;

export interface SnaptFlowsContext extends Pick<PathToCnaptEvents, "send" | "bindAddress"> {
  readonly offer: Omit<DatagramSession, "kind" | "sequence">;
  readonly keys: OwnKeys;
  /** What the CNAPT may reach beside its services, until that changes. */
  readonly rules: readonly DestinationRule[];
  /** Drops of all sessions together. */
  readonly drops: DropCounters;
  readonly findServer: FindServer;
  /** The server's; the flows have a group of their own in it. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * The UDP flows of one session at SNAPT. Each has a socket of its own towards its server application,
 * which therefore sees one address and port, however often CNAPT changes its network.
 */
export class SnaptFlows {
  readonly drops: DropCounters;
  /** The other side of the flows: towards CNAPT. */
  readonly client: PathToCnapt;
  readonly #context: SnaptFlowsContext;
  readonly #flows: FlowTable<SnaptFlow>;
  readonly #holdBudget = new HoldBudget();
  /** Owns the timers of the flows, and what happens on their sockets and links. */
  readonly tasks: TaskGroup;
  readonly #deadline: DeadlineTimer;
  readonly #refusals: FlowRefusals;
  /** Those whose destination is being looked for. */
  readonly #searched = new Set<SnaptFlow>();
  readonly #rights: FlowRights;
  #takeCall: (call: number) => DatagramCaller | null = () => null;
  readonly #tooBig: TooBigReport;

  constructor(context: SnaptFlowsContext) {
    this.#context = context;
    this.#rights = new FlowRights(context.offer.services, context.rules);
    this.drops = new DropCounters(context.drops);
    this.#refusals = new FlowRefusals(this.drops, context.log);
    this.#tooBig = new TooBigReport(context.log);
    this.#flows = new FlowTable(context.offer.flows);
    this.tasks = context.tasks.child("datagrams", "keepGoing", context.log);
    this.#deadline = new DeadlineTimer(this.tasks, () => this.#expire());
    this.client = new PathToCnapt(context.keys, this.tasks, {
      received: (packet, answer) => this.#received(packet, answer),
      dropped: (reason) => this.drops.add(reason),
      released: (flow) => this.#release(flow),
      send: context.send,
      bindAddress: context.bindAddress,
    });
  }

  /** `take` hands over the server application that waits for an answer to its call. */
  answerCalls(take: (call: number) => DatagramCaller | null): void {
    this.#takeCall = take;
  }

  /** What is held counts in the memory of the session, which has just begun. */
  countIn(memory: HeldMemory): void {
    this.#holdBudget.countIn(memory);
  }

  /** A datagram for CNAPT could not be sent. */
  notSent(why: "tooBig" | "sendFailed", bytes: number): void {
    this.drops.add(why);
    if (why !== "tooBig") return;
    this.client.didNotFit(bytes);
    this.#tooBig.note(bytes);
  }

  /** CNAPT has no network: nothing can come of it, so that means nothing. */
  suspend(): void {
    this.client.suspend();
    this.#flows.pauseIdle(this.tasks.now());
  }

  /** CNAPT is back; see `PathToCnapt.resume`. */
  resume(epoch: number): void {
    this.client.resume(epoch);
    this.#flows.resumeIdle(this.tasks.now());
    this.#deadline.set(this.#flows.nextIdleAt());
  }

  /** What leads where these rules do not is ended. */
  rulesChanged(rules: readonly DestinationRule[]): void {
    this.#rights.rules = rules;
    this.#endForbidden();
  }

  /** Flows to what is no UDP service any more end; the others are kept as they were. */
  servicesChanged(services: readonly DatagramService[]): void {
    this.#rights.services = services;
    this.#endForbidden();
  }

  #endForbidden(): void {
    for (const flow of [...this.#flows.values()]) this.#expectAllowed(flow);
  }

  close(): void {
    this.client.suspend();
    for (const flow of [...this.#flows.values()]) this.#end(flow);
    this.tasks.close();
  }

  get count(): number {
    return this.#flows.size;
  }
  snapshot(): readonly SnaptFlowSnapshot[] {
    return [...this.#flows.values()].map((flow) => snapshotOf(flow, this.client.way));
  }

  #received(packet: FlowPacket, answer: Answer): boolean {
    const flow = this.#flows.get(packet.flow);
    switch (packet.kind) {
      case "bind":
        return this.#bind(packet, flow, answer);
      case "data":
        if (flow !== undefined) this.#toServer(flow, packet.payload);
        else {
          this.drops.add("unknownFlow");
          answer({ kind: "unbound", flow: packet.flow, code: "unknownFlow" });
        }
        break;
      case "unbound":
        if (flow !== undefined) this.#end(flow);
        break;
      case "bound":
      case "located":
        break;
      default:
        unreachable(packet);
    }
    return flow !== undefined;
  }

  #bind(bind: BindPacket, known: SnaptFlow | undefined, answer: Answer): boolean {
    const flow = known ?? this.#open(bind, answer);
    if (flow === null) return false;
    flow.usedAt = this.tasks.now();
    answer({ kind: "bound", flow: flow.number });
    const { server } = flow.side;
    if (server !== null && flow.target.kind === "destination") {
      answer({ kind: "located", flow: flow.number, address: server.key });
    }
    if (bind.payload.length > 0) this.#toServer(flow, bind.payload);
    return true;
  }

  #open(bind: BindPacket, answer: Answer): SnaptFlow | null {
    const { target, flow: number } = bind;
    const caller = target.kind === "call" ? this.#takeCall(target.call) : null;
    const terms = target.kind === "call" ? caller?.terms ?? null : this.#rights.termsOf(target);
    if (terms === null) {
      // A call is no mistake of CNAPT's: whoever called is perhaps waited for no longer.
      if (target.kind !== "call") this.#refusals.note(target, "notAllowed", "no rule allows it");
      answer({ kind: "unbound", flow: number, code: "notAllowed" });
      return null;
    }
    const isOneTooMany = target.kind === "destination" && this.#searched.size >= MAX_SEARCHED;
    const room = isOneTooMany ? { kind: "full" } as const : this.#flows.makeRoom("");
    if (room.kind !== "fits") this.drops.add("flowLimit");
    if (room.kind === "full") {
      caller?.close();
      answer({ kind: "unbound", flow: number, code: "limit" });
      return null;
    }
    if (room.kind === "evict") this.#end(room.flow);
    const flow: SnaptFlow = {
      number,
      source: "",
      target,
      service: nameOfTarget(target),
      application: bind.source,
      idleMs: terms.idleMs,
      usedAt: this.tasks.now(),
      answered: false,
      held: new HoldQueue(terms, this.#holdBudget),
      side: caller ?? this.#openSocket(target, () => flow),
      sentDatagrams: 0,
      receivedDatagrams: 0,
    };
    this.#flows.add(flow);
    if (target.kind === "destination") this.#searched.add(flow);
    this.#deadline.pullIn(flow.usedAt + flow.idleMs);
    caller?.answered((payload) => this.#fromServer(flow, payload));
    return flow;
  }

  #openSocket(target: StreamTarget, flow: () => SnaptFlow): FlowSocket {
    const { findServer } = this.#context;
    const { rules } = this.#rights;
    const socket = new FlowSocket(this.tasks, this.#holdBudget, {
      received: (payload) => this.#fromServer(flow(), payload),
      dropped: (reason) => this.drops.add(reason),
      found: (server) => this.#located(flow(), server, rules),
      failed: (error, lost) => this.#notFound(flow(), error, lost),
    });
    socket.start(findServer(target, rules));
    return socket;
  }

  #toServer(flow: SnaptFlow, payload: Uint8Array): void {
    flow.usedAt = this.tasks.now();
    flow.receivedDatagrams += 1;
    flow.side.send(payload);
  }

  #fromServer(flow: SnaptFlow, payload: Uint8Array): void {
    flow.usedAt = this.tasks.now();
    flow.answered = true;
    flow.sentDatagrams += 1;
    if (this.client.send({ kind: "data", flow: flow.number, payload })) return;
    hold(flow.held, payload, this.drops, this.tasks.now());
  }

  #release(number: number | null): void {
    if (number === null) this.#tooBig.wayChanged();
    const flows = number === null ? this.#flows.values() : [this.#flows.get(number)];
    for (const flow of flows) if (flow !== undefined) this.#releaseFlow(flow);
  }

  #releaseFlow(flow: SnaptFlow): void {
    if (flow.held.length === 0) return;
    const unsent = release(flow.held, this.drops, this.tasks.now()).filter((payload) =>
      !this.client.send({ kind: "data", flow: flow.number, payload })
    );
    putBack(flow.held, unsent, this.drops, this.tasks.now());
  }

  /** `rules`: under which it was looked for. */
  #located(flow: SnaptFlow, { key: address }: Endpoint, rules: readonly DestinationRule[]): void {
    this.#searched.delete(flow);
    if (flow.target.kind !== "destination") return;
    if (rules !== this.#rights.rules && !this.#expectAllowed(flow)) return;
    this.client.send({ kind: "located", flow: flow.number, address });
  }

  /** Ends a flow that leads where it must not any more; whether it goes on. */
  #expectAllowed(flow: SnaptFlow): boolean {
    if (this.#rights.isAllowed(flow)) return true;
    const name = nameOfTarget(flow.target);
    this.#notFound(flow, new DestinationNotAllowed(`Cannot reach ${name}: no rule allows it`), 0);
    return false;
  }

  #notFound(flow: SnaptFlow, error: Error, lost: number): void {
    const code = error instanceof DestinationNotAllowed ? "notAllowed" : "unreachable";
    this.#refusals.note(flow.target, code, error.message, lost);
    this.client.send({ kind: "unbound", flow: flow.number, code });
    this.#end(flow);
  }

  #end(flow: SnaptFlow): void {
    if (!this.#flows.delete(flow)) return;
    this.#searched.delete(flow);
    this.client.forget(flow.number);
    flow.side.close();
    discard(flow.held, this.drops, this.tasks.now());
  }

  #expire(): void {
    for (const flow of this.#flows.idle(this.tasks.now())) {
      this.client.send({ kind: "unbound", flow: flow.number, code: "idle" });
      this.#end(flow);
    }
    this.#deadline.set(this.#flows.nextIdleAt());
  }
}
