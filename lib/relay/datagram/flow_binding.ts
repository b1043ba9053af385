import type { DropCounters } from "../../core/datagram/drop_counters.ts";
import type { FlowPacket, UnboundCode } from "../../core/datagram/packet.ts";
import type { Clock } from "../run/clock.ts";
import type { CnaptFlow } from "./cnapt_flow.ts";
import { hold, release } from "./counted_hold.ts";
import type { DatagramWay, PacketCarrier } from "./packet_carrier.ts";

/** A bind that is not answered is repeated after this long, while there is something to send. */
const REBIND_MS = 250;
const EMPTY = new Uint8Array(0);

export interface FlowBindingContext {
  readonly clock: Clock;
  readonly drops: DropCounters;
  /** Something of a flow is to be repeated at this time. */
  readonly due: (at: number) => void;
}

/**
 * What SNAPT knows of each flow of a CNAPT, and how packets get there: a flow is bound before or
 * with its first datagram, again after each change of the network, and what cannot go is held.
 */
export class FlowBinding {
  readonly #context: FlowBindingContext;
  #carrier: PacketCarrier | null = null;

  constructor(context: FlowBindingContext) {
    this.#context = context;
  }

  /** How packets travel just now. */
  get way(): DatagramWay {
    return this.#carrier?.way ?? "held";
  }

  /** The most that goes by UDP in one datagram; null where that is not known, or all goes by a link. */
  get largestPayload(): number | null {
    return this.#carrier?.largestPayload ?? null;
  }

  /** A session carries the packets from now on. */
  use(carrier: PacketCarrier): void {
    this.#carrier = carrier;
  }

  /** `carrier` carries no more, if it is the one that does. */
  leaveCarrier(carrier: PacketCarrier): void {
    if (this.#carrier === carrier) this.#carrier = null;
  }

  /** `held` also while the service of the flow is not allowed over the network in use. */
  wayOf({ target }: CnaptFlow): DatagramWay {
    return this.#carrier?.mayCarry(target) === true ? this.way : "held";
  }

  /** Sends a packet as it is, where there is a way. */
  reply(packet: FlowPacket): void {
    this.#carrier?.send(packet);
  }

  /** Sends what the application sent. `payload` may be used again at once. */
  send(flow: CnaptFlow, payload: Uint8Array): void {
    const { clock, drops } = this.#context;
    const now = clock.now();
    const carrier = this.#carrier;
    const way = this.wayOf(flow);
    if (carrier === null || way === "held") return hold(flow.held, payload, drops, now);
    if (flow.state === "bound") {
      return carrier.send({ kind: "data", flow: flow.number, payload });
    }
    if (way !== "signed") return this.#bindWith(flow, carrier, payload);
    // Untouched payload means nothing before its address is bound.
    hold(flow.held, payload, drops, now);
    if (now - flow.boundAskedAt >= REBIND_MS) this.#bind(flow, carrier, EMPTY);
  }

  /** Tells SNAPT of a flow, with nothing in it. */
  announce(flow: CnaptFlow): void {
    if (this.#carrier !== null && this.way !== "held") this.#bind(flow, this.#carrier, EMPTY);
  }

  /** Asks SNAPT about a flow, also over a way that was not tried yet. */
  ask(flow: CnaptFlow): void {
    if (this.#carrier !== null) this.#bind(flow, this.#carrier, EMPTY);
  }

  /** SNAPT has bound the flow: what was held goes out. */
  bound(flow: CnaptFlow): void {
    flow.state = "bound";
    if (this.#carrier !== null) this.#release(flow, this.#carrier);
  }

  /** Packets go another way from now on; what was held goes out where there is one. */
  wayChanged(flows: Iterable<CnaptFlow>): void {
    const carrier = this.#carrier;
    const { way } = this;
    if (carrier === null || way === "held") return;
    for (const flow of flows) {
      if (this.wayOf(flow) === "held") this.leave(flow);
      else if (way === "signed") {
        flow.state = "unbound";
        this.#bind(flow, carrier, EMPTY);
      } else {
        if (flow.isAwaited) this.#bind(flow, carrier, EMPTY);
        this.#release(flow, carrier);
      }
    }
  }

  /** Nothing of it is to come over the network in use: SNAPT forgets it until it is bound again. */
  leave(flow: CnaptFlow): void {
    flow.state = "unbound";
    this.#carrier?.send({ kind: "unbound", flow: flow.number, code: "idle" });
  }

  /** The flow is over. `told`: what SNAPT is told; null where it knows. */
  end(flow: CnaptFlow, told: UnboundCode | null): void {
    if (told !== null && flow.state === "bound" && this.way !== "held") {
      this.#carrier?.send({ kind: "unbound", flow: flow.number, code: told });
    }
    this.#carrier?.forget(flow.number);
  }

  /** Repeats what is due for `flows`; when something will be again, Infinity if never. */
  repeat(flows: Iterable<CnaptFlow>): number {
    const carrier = this.#carrier;
    if (carrier === null || this.way === "held") return Infinity;
    const now = this.#context.clock.now();
    let next = Infinity;
    for (const flow of flows) {
      const isWaiting = this.way === "signed" && flow.held.length > 0;
      if (flow.state === "bound" || !(isWaiting || flow.isAwaited)) continue;
      if (now - flow.boundAskedAt >= REBIND_MS) this.#bind(flow, carrier, EMPTY);
      next = Math.min(next, flow.boundAskedAt + REBIND_MS);
    }
    return next;
  }

  #release(flow: CnaptFlow, carrier: PacketCarrier): void {
    const { clock, drops } = this.#context;
    for (const payload of release(flow.held, drops, clock.now())) {
      if (flow.state === "bound") carrier.send({ kind: "data", flow: flow.number, payload });
      else this.#bindWith(flow, carrier, payload);
    }
  }

  /** Binds the flow with a datagram. An empty one goes beside: with nothing in it BIND only asks. */
  #bindWith(flow: CnaptFlow, carrier: PacketCarrier, payload: Uint8Array): void {
    this.#bind(flow, carrier, payload);
    if (payload.length > 0 || !carrier.mayCarry(flow.target)) return;
    carrier.send({ kind: "data", flow: flow.number, payload });
  }

  #bind(flow: CnaptFlow, carrier: PacketCarrier, payload: Uint8Array): void {
    const { clock, due } = this.#context;
    flow.boundAskedAt = clock.now();
    const { number, target, address: source } = flow;
    if (!carrier.mayCarry(target)) return;
    carrier.send({ kind: "bind", flow: number, epoch: carrier.epoch, target, source, payload });
    if (this.way === "signed" || flow.isAwaited) due(flow.boundAskedAt + REBIND_MS);
  }
}
