import { HoldBudget } from "../../../../../lib/core/datagram/hold_budget.ts";
import { HoldQueue } from "../../../../../lib/core/datagram/hold_queue.ts";
import type { Packet } from "../../../../../lib/core/datagram/packet.ts";
import type { StreamTarget } from "../../../../../lib/core/wire/stream_opening.ts";
import type { Endpoint } from "../../../../../lib/net/endpoint.ts";
import { CnaptFlow, type FlowApplication } from "../../../../../lib/relay/datagram/cnapt_flow.ts";
import type { FlowOrigin } from "../../../../../lib/relay/datagram/flow_origin.ts";
import type {
  DatagramWay,
  PacketCarrier,
} from "../../../../../lib/relay/datagram/packet_carrier.ts";

export const HOLD_MS = 200;

/** Keeps what it is given, as text. */
export class HeardApplication implements FlowApplication {
  readonly heard: [string, string | null][] = [];
  readonly ends: (string | null)[] = [];

  deliver(payload: Uint8Array, from: Endpoint | null): void {
    this.heard.push([new TextDecoder().decode(payload), from?.key ?? null]);
  }
  flowEnded(refusal: string | null): void {
    this.ends.push(refusal);
  }
}

export function flowTo(
  target: StreamTarget,
  application: FlowApplication,
  origin: FlowOrigin = { kind: "service" },
): CnaptFlow {
  return new CnaptFlow({
    number: 7,
    target,
    address: "127.0.0.1:5000",
    source: "127.0.0.1",
    idleMs: 60_000,
    held: new HoldQueue({ holdMs: HOLD_MS, holdOrder: "newest" }, new HoldBudget()),
    origin,
    application,
    now: 0,
  });
}

/** Carries packets into a list. */
export class ListCarrier implements PacketCarrier {
  way: DatagramWay;
  readonly epoch = 3;
  readonly sent: Packet[] = [];
  readonly forgotten: number[] = [];
  /** Names of services that are not allowed over the network in use. */
  readonly barred = new Set<string>();

  constructor(way: DatagramWay) {
    this.way = way;
  }

  mayCarry(target: StreamTarget): boolean {
    return target.kind !== "service" || !this.barred.has(target.name);
  }
  send(packet: Packet): void {
    this.sent.push("payload" in packet ? { ...packet, payload: packet.payload.slice() } : packet);
  }
  forget(flow: number): void {
    this.forgotten.push(flow);
  }

  /** What was sent, in short: `bind "x"`, `data "y"`, `unbound idle`. */
  get words(): readonly string[] {
    return this.sent.map((packet) => {
      if ("payload" in packet) {
        return `${packet.kind} "${new TextDecoder().decode(packet.payload)}"`;
      }
      return packet.kind === "unbound" ? `unbound ${packet.code}` : packet.kind;
    });
  }
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
