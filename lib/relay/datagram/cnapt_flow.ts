import type { TimedFlow } from "../../core/datagram/flow_table.ts";
import type { HoldQueue } from "../../core/datagram/hold_queue.ts";
import type { UnboundCode } from "../../core/datagram/packet.ts";
import type { DatagramTerms } from "../../core/wire/datagram_messages.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { FlowOrigin } from "./flow_origin.ts";
import type { DatagramWay } from "./packet_carrier.ts";

/** The application at the near end of a flow. */
export interface FlowApplication {
  /**
   * `payload` is good only during the call. `from`: the address of a destination that it came from;
   * null from a service.
   */
  deliver(payload: Uint8Array, from: Endpoint | null): void;
  /** The flow is over; `refusal`: why SNAPT wants none, null where it does not. */
  flowEnded(refusal: UnboundCode | null): void;
}

/** One flow as the status shows it. */
export interface FlowSnapshot {
  readonly flow: number;
  readonly service: string;
  readonly application: string;
  readonly way: DatagramWay;
  readonly sentDatagrams: number;
  readonly receivedDatagrams: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly held: number;
}

/** One conversation of an application by UDP, as CNAPT has it. */
export class CnaptFlow implements TimedFlow {
  readonly number: number;
  readonly target: StreamTarget;
  /** Address and port of the application. */
  readonly address: string;
  readonly source: string;
  readonly held: HoldQueue;
  readonly application: FlowApplication;
  origin: FlowOrigin;
  idleMs: number;
  usedAt: number;
  answered = false;
  /** `bound`: SNAPT knows the flow, and where signed datagrams are used also its address. */
  state: "unbound" | "bound" = "unbound";
  /** When SNAPT was last told of the flow. */
  boundAskedAt = -Infinity;
  sentDatagrams = 0;
  receivedDatagrams = 0;
  /** Payload, of the application and to it. */
  sentBytes = 0;
  receivedBytes = 0;

  constructor(parts: {
    number: number;
    target: StreamTarget;
    address: string;
    source: string;
    idleMs: number;
    held: HoldQueue;
    origin: FlowOrigin;
    application: FlowApplication;
    now: number;
  }) {
    this.number = parts.number;
    this.target = parts.target;
    this.address = parts.address;
    this.source = parts.source;
    this.idleMs = parts.idleMs;
    this.held = parts.held;
    this.origin = parts.origin;
    this.application = parts.application;
    this.usedAt = parts.now;
  }

  /** Is kept like that from now on. */
  keepAs(terms: DatagramTerms): void {
    this.idleMs = terms.idleMs;
    this.held.holdAs(terms);
  }

  /** Whether SNAPT waits to hear of the flow: it answers a call. */
  get isAwaited(): boolean {
    return this.target.kind === "call" && this.state === "unbound";
  }

  snapshot(way: DatagramWay): FlowSnapshot {
    return {
      flow: this.number,
      service: nameOfTarget(this.target),
      application: this.address,
      way,
      sentDatagrams: this.sentDatagrams,
      receivedDatagrams: this.receivedDatagrams,
      sentBytes: this.sentBytes,
      receivedBytes: this.receivedBytes,
      held: this.held.length,
    };
  }
}
