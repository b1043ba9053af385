import { DropCounters } from "../../core/datagram/drop_counters.ts";
import { FlowTable } from "../../core/datagram/flow_table.ts";
import { HoldQueue, newHoldBudget } from "../../core/datagram/hold_queue.ts";
import type { FlowPacket, UnboundCode } from "../../core/datagram/packet.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { DatagramService } from "../../core/wire/datagram_messages.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import { monotonicMs } from "../../net/clock.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import { SYSTEM_CLOCK } from "../run/system_clock.ts";
import { type Endpoint, parseEndpoint } from "../../net/endpoint.ts";
import { CnaptFlow, type FlowApplication, type FlowSnapshot } from "./cnapt_flow.ts";
import { discard, hold, release } from "./counted_hold.ts";
import { originOf } from "./flow_origin.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { DatagramWay, PacketCarrier } from "./packet_carrier.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** Until SNAPT says how its services want it. */
const DEFAULT_HOLD_MS = 200;
const DEFAULT_IDLE_MS = 60_000;
/** A bind that is not answered is repeated after this long, while there is something to send. */
const REBIND_MS = 250;
const EMPTY = new Uint8Array(0);

/**
 * The flows of one site. They outlive switches and also sessions: an application that uses UDP never
 * learns that there was one, so a flow is simply bound again where SNAPT does not know it.
 */
export class CnaptFlows {
  readonly drops = new DropCounters();
  /** Providers that let no UDP through when they were last tried. */
  readonly blocked = new Set<ProviderKey>();
  readonly #log: RelayLog;
  readonly #holdBudget = newHoldBudget();
  readonly #flows: FlowTable<CnaptFlow>;
  #services: ReadonlyMap<string, DatagramService> = new Map();
  #carrier: PacketCarrier | null = null;
  #lastNumber = 0;
  #isReportingTooBig = true;
  readonly #refusals = new LoggedOnce();
  readonly #alarm = new DeadlineTimer(SYSTEM_CLOCK, () => this.#timePassed());

  /** `limit`: how many flows there may be at once. */
  constructor(limit: number, log: RelayLog) {
    this.#flows = new FlowTable(limit);
    this.#log = log;
  }

  get count(): number {
    return this.#flows.size;
  }
  get targets(): readonly StreamTarget[] {
    return [...this.#flows.values()].map(({ target }) => target);
  }
  get way(): DatagramWay {
    return this.#carrier?.way ?? "held";
  }

  /** A session carries the flows from now on; SNAPT knows none of them yet. */
  attach(carrier: PacketCarrier, services: readonly DatagramService[]): void {
    this.#carrier = carrier;
    this.#services = new Map(services.map((service) => [service.name, service]));
    for (const flow of [...this.#flows.values()]) {
      // A call is one of its session only.
      if (flow.target.kind === "call") this.#end(flow, null);
      else flow.state = "unbound";
    }
    this.#refusals.forgetAll();
    this.wayChanged();
  }

  detach(carrier: PacketCarrier): void {
    if (this.#carrier === carrier) this.#carrier = null;
  }

  /** A flow of an application at `address`, `host:port`; null when there are too many. */
  open(target: StreamTarget, address: string, application: FlowApplication): CnaptFlow | null {
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
    const service = target.kind === "service" ? this.#services.get(target.name) : undefined;
    const now = monotonicMs();
    const flow = new CnaptFlow({
      number: ++this.#lastNumber,
      target,
      address,
      source,
      idleMs: service?.idleMs ?? DEFAULT_IDLE_MS,
      held: new HoldQueue(service?.holdMs ?? DEFAULT_HOLD_MS, this.#holdBudget),
      origin: originOf(target, DEFAULT_HOLD_MS, this.#holdBudget),
      application,
      now,
    });
    this.#flows.add(flow);
    this.#alarm.pullIn(now + flow.idleMs);
    return flow;
  }

  /** Tells SNAPT of a flow that it waits for, before the application has sent anything. */
  announce(flow: CnaptFlow): void {
    const carrier = this.#carrier;
    if (carrier !== null && this.way !== "held") this.#bind(flow, carrier, EMPTY, monotonicMs());
  }

  /** Sends what the application sent. `payload` may be used again at once. */
  send(flow: CnaptFlow, payload: Uint8Array): void {
    const now = monotonicMs();
    flow.usedAt = now;
    flow.sentDatagrams += 1;
    const carrier = this.#carrier;
    const way = this.#wayOf(flow);
    if (carrier === null || way === "held") return hold(flow.held, payload, this.drops, now);
    if (flow.state === "bound") {
      return carrier.send({ kind: "data", flow: flow.number, payload });
    }
    if (way !== "signed") return this.#bind(flow, carrier, payload, now);
    // Untouched payload means nothing before its address is bound.
    hold(flow.held, payload, this.drops, now);
    if (now - flow.boundAskedAt >= REBIND_MS) this.#bind(flow, carrier, EMPTY, now);
  }

  /** The application is gone. */
  close(flow: CnaptFlow): void {
    if (this.#flows.get(flow.number) === flow) this.#end(flow, "idle");
  }

  closeAll(): void {
    for (const flow of [...this.#flows.values()]) this.#end(flow, "idle");
    this.#alarm.set(Infinity);
  }

  /** Packets go another way from now on; what was held goes out where there is one. */
  wayChanged(): void {
    const carrier = this.#carrier;
    const { way } = this;
    this.#isReportingTooBig = true;
    if (carrier === null || way === "held") return;
    const now = monotonicMs();
    for (const flow of this.#flows.values()) {
      if (this.#wayOf(flow) === "held") this.#leave(flow, carrier);
      else if (way === "signed") {
        flow.state = "unbound";
        this.#bind(flow, carrier, EMPTY, now);
      } else {
        if (flow.isAwaited) this.#bind(flow, carrier, EMPTY, now);
        this.#release(flow, carrier, now);
      }
    }
  }

  /** Tells SNAPT where the flows are, before a NAT on the way forgets. */
  rebindAll(): void {
    const carrier = this.#carrier;
    if (carrier === null || this.way !== "signed") return;
    for (const flow of this.#flows.values()) this.#bind(flow, carrier, EMPTY, monotonicMs());
  }

  /** A packet of SNAPT about a flow. */
  received(packet: FlowPacket): void {
    const flow = this.#flows.get(packet.flow);
    if (flow === undefined) {
      if (packet.kind === "unbound") return;
      this.drops.add("unknownFlow");
      return this.#carrier?.send({ kind: "unbound", flow: packet.flow, code: "unknownFlow" });
    }
    switch (packet.kind) {
      case "data":
        flow.usedAt = monotonicMs();
        flow.answered = true;
        flow.receivedDatagrams += 1;
        if (this.#wayOf(flow) === "held") this.#leave(flow, this.#carrier);
        else if (this.way !== "signed") flow.state = "bound";
        return this.#deliver(flow, packet.payload);
      case "bound":
        flow.state = "bound";
        if (this.#carrier !== null) this.#release(flow, this.#carrier, monotonicMs());
        return;
      case "unbound":
        return this.#unbound(flow, packet.code);
      case "located":
        return this.#located(flow, parseEndpoint(packet.address));
      case "bind":
        return; // flows are opened from this end only
      default:
        unreachable(packet);
    }
  }

  /** A datagram towards SNAPT was not sent. */
  notSent(why: "tooBig" | "sendFailed" | "linkFull", bytes: number): void {
    this.drops.add(why);
    if (why !== "tooBig" || !this.#isReportingTooBig) return;
    this.#isReportingTooBig = false;
    this.#log.warn("datagram-too-big", {
      bytes,
      reason: "it does not fit the network and is not cut; further ones are only counted",
    });
  }

  snapshot(): readonly FlowSnapshot[] {
    return [...this.#flows.values()].map((flow) => flow.snapshot(this.#wayOf(flow)));
  }

  /** Held also while its service may not go over the network in use. */
  #wayOf({ target }: CnaptFlow): DatagramWay {
    return this.#carrier?.mayCarry(target) === true ? this.way : "held";
  }

  /** Nothing of it is to come over the network in use: SNAPT forgets it until it is bound again. */
  #leave(flow: CnaptFlow, carrier: PacketCarrier | null): void {
    flow.state = "unbound";
    carrier?.send({ kind: "unbound", flow: flow.number, code: "idle" });
  }

  #deliver(flow: CnaptFlow, payload: Uint8Array): void {
    const { origin, application } = flow;
    switch (origin.kind) {
      case "service":
        return application.deliver(payload, null);
      case "known":
        return application.deliver(payload, origin.endpoint);
      case "asked": {
        const now = monotonicMs();
        hold(origin.unread, payload, this.drops, now);
        if (this.#carrier !== null) this.#bind(flow, this.#carrier, EMPTY, now);
        return;
      }
      default:
        unreachable(origin);
    }
  }

  /** SNAPT told where the destination of a flow is. */
  #located(flow: CnaptFlow, endpoint: Endpoint | null): void {
    const { origin, application } = flow;
    if (origin.kind !== "asked" || endpoint === null) return;
    flow.origin = { kind: "known", endpoint };
    const unread = release(origin.unread, this.drops, monotonicMs());
    for (const payload of unread.toReversed()) application.deliver(payload, endpoint);
  }

  #release(flow: CnaptFlow, carrier: PacketCarrier, now: number): void {
    for (const payload of release(flow.held, this.drops, now)) {
      if (flow.state === "bound") carrier.send({ kind: "data", flow: flow.number, payload });
      else this.#bind(flow, carrier, payload, now);
    }
  }

  #bind(flow: CnaptFlow, carrier: PacketCarrier, payload: Uint8Array, now: number): void {
    flow.boundAskedAt = now;
    if (!carrier.mayCarry(flow.target)) return;
    const { number, target, address } = flow;
    carrier.send({
      kind: "bind",
      flow: number,
      epoch: carrier.epoch,
      target,
      source: address,
      payload,
    });
    if (this.way === "signed" || flow.isAwaited) this.#alarm.pullIn(now + REBIND_MS);
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
          this.#log.info("flow-refused", { service, code });
        }
        return this.#end(flow, null, code);
      default:
        unreachable(code);
    }
  }

  /** `told`: what SNAPT is told; null where it knows. */
  #end(flow: CnaptFlow, told: UnboundCode | null, refusal: UnboundCode | null = null): void {
    this.#flows.delete(flow);
    if (told !== null && flow.state === "bound" && this.way !== "held") {
      this.#carrier?.send({ kind: "unbound", flow: flow.number, code: told });
    }
    this.#carrier?.forget(flow.number);
    discard(flow.held, this.drops, monotonicMs());
    if (flow.origin.kind === "asked") discard(flow.origin.unread, this.drops, monotonicMs());
    flow.application.flowEnded(refusal);
  }

  #timePassed(): void {
    const now = monotonicMs();
    for (const flow of this.#flows.idle(now)) this.#end(flow, "idle");
    let next = this.#flows.nextIdleAt();
    if (this.way !== "held" && this.#carrier !== null) {
      for (const flow of this.#flows.values()) {
        const isWaiting = this.way === "signed" && flow.held.length > 0;
        if (flow.state === "bound" || !(isWaiting || flow.isAwaited)) continue;
        if (now - flow.boundAskedAt >= REBIND_MS) this.#bind(flow, this.#carrier, EMPTY, now);
        next = Math.min(next, flow.boundAskedAt + REBIND_MS);
      }
    }
    this.#alarm.set(next);
  }
}
