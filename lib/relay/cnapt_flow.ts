import type { TimedFlow } from "../core/datagram/flow_table.ts";
import type { HoldQueue } from "../core/datagram/hold_queue.ts";
import type { StreamTarget } from "../core/wire/stream_opening.ts";

/** The application at the near end of a flow. */
export interface FlowApplication {
  /** `payload` is good only during the call. */
  deliver(payload: Uint8Array): void;
  /** The flow is over: idle for too long, or refused. */
  flowEnded(): void;
}

/** One conversation of an application with a UDP service, as CNAPT has it. */
export class CnaptFlow implements TimedFlow {
  readonly number: number;
  readonly target: StreamTarget;
  /** Address and port of the application. */
  readonly address: string;
  readonly source: string;
  readonly idleMs: number;
  readonly held: HoldQueue;
  readonly application: FlowApplication;
  usedAt: number;
  answered = false;
  /** `bound`: SNAPT knows the flow, and where signed datagrams are used also its address. */
  state: "unbound" | "bound" = "unbound";
  /** When SNAPT was last told of the flow. */
  boundAskedAt = -Infinity;
  sentDatagrams = 0;
  receivedDatagrams = 0;

  constructor(parts: {
    number: number;
    target: StreamTarget;
    address: string;
    source: string;
    idleMs: number;
    held: HoldQueue;
    application: FlowApplication;
    now: number;
  }) {
    this.number = parts.number;
    this.target = parts.target;
    this.address = parts.address;
    this.source = parts.source;
    this.idleMs = parts.idleMs;
    this.held = parts.held;
    this.application = parts.application;
    this.usedAt = parts.now;
  }
}
