import { DropCounters } from "../../core/datagram/drop_counters.ts";
import { FlowTable } from "../../core/datagram/flow_table.ts";
import { type HeldMemory, HoldBudget } from "../../core/datagram/hold_budget.ts";
import { HoldQueue } from "../../core/datagram/hold_queue.ts";
import type { FlowPacket, UnboundCode } from "../../core/datagram/packet.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import {
  type DatagramService,
  type DatagramTerms,
  DEFAULT_DATAGRAM_TERMS,
} from "../../core/wire/datagram_messages.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { parseEndpoint } from "../../net/endpoint.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { CnaptFlow, type FlowApplication, type FlowSnapshot } from "./cnapt_flow.ts";
import { FlowBinding } from "./flow_binding.ts";
import { FlowDelivery } from "./flow_delivery.ts";
import { originOf } from "./flow_origin.ts";
import type { DatagramWay, PacketCarrier } from "./packet_carrier.ts";
import { TooBigReport } from "./too_big_report.ts";

export interface CnaptFlowsContext {
  /** How many flows there are at most at once; where that changes, at each moment. */
  readonly limit: number | (() => number);
  /** The program's, in which what is held counts: flows outlive sessions. */
  readonly memory?: HeldMemory;
  /** The site's: flows outlive sessions. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * The flows of one site. They outlive switches and also sessions: an application that uses UDP never
 * learns that there was one, so a flow is simply bound again where SNAPT does not know it.
 *
 * A mistake of ours with a datagram costs that datagram: it is logged, and the flows go on.
 */
export class CnaptFlows {
  readonly drops = new DropCounters();
  /** Providers that let no UDP through when they were last tried. */
  readonly blocked = new Set<ProviderKey>();
  /** Owns the timers of the flows, and what happens on their sockets. */
  readonly tasks: TaskGroup;
  readonly #log: RelayLog;
  /** What the flows hold together. */
  readonly holds = new HoldBudget();
  readonly #flows: FlowTable<CnaptFlow>;
  readonly #binding: FlowBinding;
  readonly #delivery: FlowDelivery;
  readonly #refusals = new LoggedOnce();
  readonly #deadline: DeadlineTimer;
  #services: ReadonlyMap<string, DatagramService> = new Map();
  #lastNumber = 0;
  #life: "open" | "closed" = "open";
  readonly #tooBig: TooBigReport;

  constructor({ limit, memory, tasks, log }: CnaptFlowsContext) {
    if (memory !== undefined) this.holds.countIn(memory);
    this.tasks = tasks.child("datagrams", "keepGoing", log);
    this.#log = log;
    this.#tooBig = new TooBigReport(log);
    this.#flows = new FlowTable(limit);
    const { drops } = this;
    this.#deadline = new DeadlineTimer(this.tasks, () => this.#timePassed());
    this.#binding = new FlowBinding({
      clock: this.tasks,
      drops,
      due: (at) => this.#deadline.pullIn(at),
    });
    this.#delivery = new FlowDelivery({
      clock: this.tasks,
      drops,
      ask: (flow) => this.#binding.ask(flow),
    });
  }

  get count(): number {
    return this.#flows.size;
  }
  get targets(): readonly StreamTarget[] {
    return [...this.#flows.values()].map(({ target }) => target);
  }
  get way(): DatagramWay {
    return this.#binding.way;
  }
  get largestPayload(): number | null {
    return this.#binding.largestPayload;
  }

  /** A session carries the flows from now on; SNAPT knows none of them yet. */
  attach(carrier: PacketCarrier, services: readonly DatagramService[]): void {
    this.#binding.use(carrier);
    for (const flow of [...this.#flows.values()]) {
      // A call is one of its session only.
      if (flow.target.kind === "call") this.#end(flow, null);
      else flow.state = "unbound";
    }
    this.servicesChanged(services);
    this.wayChanged();
  }

  /** SNAPT says how the flows to its services are kept from now on. */
  servicesChanged(services: readonly DatagramService[]): void {
    this.#services = new Map(services.map((service) => [service.name, service]));
    for (const flow of this.#flows.values()) {
      if (flow.target.kind === "call") continue;
      flow.keepAs(this.#termsOf(flow.target));
      this.#deadline.pullIn(flow.usedAt + flow.idleMs);
    }
    this.#refusals.forgetAll();
  }

  detach(carrier: PacketCarrier): void {
    this.#binding.leaveCarrier(carrier);
    this.#countIdle();
  }

  /**
   * A flow of an application at `address`, `host:port`; null when there are too many, or the site
   * stops: what is answered then would be closed by nobody. `terms`: how it is kept, by default as
   * SNAPT says it of its services.
   */
  open(
    target: StreamTarget,
    address: string,
    application: FlowApplication,
    terms: DatagramTerms = this.#termsOf(target),
  ): CnaptFlow | null {
    if (this.#life === "closed") return null;
    const source = address.slice(0, address.lastIndexOf(":"));
    const room = this.#flows.makeRoom(source);
    if (room.kind === "full") {
      this.drops.add("flowLimit");
      return null;
    }
    if (room.kind === "evict") {
      this.drops.add("flowLimit");
      this.#end(room.flow, "limit", "limit");
    }
    const now = this.tasks.now();
    const flow = new CnaptFlow({
      number: ++this.#lastNumber,
      target,
      address,
      source,
      idleMs: terms.idleMs,
      held: new HoldQueue(terms, this.holds),
      origin: originOf(target, terms, this.holds),
      application,
      now,
    });
    this.#flows.add(flow);
    this.#deadline.pullIn(now + flow.idleMs);
    return flow;
  }

  /** Tells SNAPT of a flow that it waits for, before the application has sent anything. */
  announce(flow: CnaptFlow): void {
    this.#binding.announce(flow);
  }

  /** Sends what the application sent. `payload` may be used again at once. */
  send(flow: CnaptFlow, payload: Uint8Array): void {
    flow.usedAt = this.tasks.now();
    flow.sentDatagrams += 1;
    flow.sentBytes += payload.length;
    this.#binding.send(flow, payload);
  }

  /** The application is gone. */
  close(flow: CnaptFlow): void {
    if (this.#flows.get(flow.number) === flow) this.#end(flow, "idle");
  }

  /** The site stops: the flows there are end, and no others begin. */
  closeAll(): void {
    this.#life = "closed";
    for (const flow of [...this.#flows.values()]) this.#end(flow, "idle");
    this.#deadline.set(Infinity);
  }

  /** There is no network: nothing can come of the flows, so that nothing comes means nothing. */
  suspend(): void {
    this.#flows.pauseIdle(this.tasks.now());
  }

  /** Packets go another way from now on; what was held goes out where there is one. */
  wayChanged(): void {
    this.#tooBig.wayChanged();
    if (this.way !== "held") this.#countIdle();
    this.#binding.wayChanged(this.#flows.values());
  }

  /** Tells SNAPT where the flows are, before a NAT on the way forgets. */
  rebindAll(): void {
    if (this.way !== "signed") return;
    for (const flow of this.#flows.values()) this.#binding.announce(flow);
  }

  /**
   * A packet of SNAPT about a flow. `answer`: on the way on which it came; by UDP another way would
   * be a socket more for every flow that SNAPT makes up.
   */
  received(
    packet: FlowPacket,
    answer: (packet: FlowPacket) => void = (reply) => this.#binding.reply(reply),
  ): void {
    const flow = this.#flows.get(packet.flow);
    if (flow === undefined) {
      if (packet.kind === "unbound") return;
      this.drops.add("unknownFlow");
      return answer({ kind: "unbound", flow: packet.flow, code: "unknownFlow" });
    }
    switch (packet.kind) {
      case "data":
        flow.usedAt = this.tasks.now();
        flow.answered = true;
        flow.receivedDatagrams += 1;
        flow.receivedBytes += packet.payload.length;
        if (this.#binding.wayOf(flow) === "held") this.#binding.leave(flow);
        else if (this.way !== "signed") flow.state = "bound";
        return this.#delivery.deliver(flow, packet.payload);
      case "bound":
        return this.#binding.bound(flow);
      case "unbound":
        return this.#unbound(flow, packet.code);
      case "located":
        return this.#delivery.located(flow, parseEndpoint(packet.address));
      case "bind":
        return; // flows are opened from this end only
      default:
        unreachable(packet);
    }
  }

  /** A datagram towards SNAPT was not sent. */
  notSent(why: "tooBig" | "sendFailed" | "linkFull", bytes: number): void {
    this.drops.add(why);
    if (why === "tooBig") this.#tooBig.note(bytes);
  }

  snapshot(): readonly FlowSnapshot[] {
    return [...this.#flows.values()].map((flow) => flow.snapshot(this.#binding.wayOf(flow)));
  }

  /** Those of a service are not known until SNAPT has said them. */
  #termsOf(target: StreamTarget): DatagramTerms {
    const service = target.kind === "service" ? this.#services.get(target.name) : undefined;
    return service ?? DEFAULT_DATAGRAM_TERMS;
  }

  #unbound(flow: CnaptFlow, code: UnboundCode): void {
    const service = nameOfTarget(flow.target);
    switch (code) {
      case "idle":
      case "unknownFlow":
        flow.state = "unbound";
        return;
      case "notAllowed":
      case "unreachable":
      case "limit":
        this.drops.add(code === "limit" ? "flowLimit" : code);
        if (this.#refusals.isNew(`${code} ${service}`)) {
          this.#log.info("flow-refused", { service, reason_code: code });
        }
        return this.#end(flow, null, code);
      default:
        unreachable(code);
    }
  }

  /** `told`: what SNAPT is told; null where it knows. */
  #end(flow: CnaptFlow, told: UnboundCode | null, refusal: UnboundCode | null = null): void {
    this.#flows.delete(flow);
    this.#binding.end(flow, told);
    this.#delivery.end(flow);
    flow.application.flowEnded(refusal);
  }

  #countIdle(): void {
    this.#flows.resumeIdle(this.tasks.now());
    this.#deadline.pullIn(this.#flows.nextIdleAt());
  }

  #timePassed(): void {
    for (const flow of this.#flows.idle(this.tasks.now())) this.#end(flow, "idle");
    const repeatAt = this.#binding.repeat(this.#flows.values());
    this.#deadline.set(Math.min(this.#flows.nextIdleAt(), repeatAt));
  }
}
