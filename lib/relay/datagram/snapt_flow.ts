import type { TimedFlow } from "../../core/datagram/flow_table.ts";
import type { HoldQueue } from "../../core/datagram/hold_queue.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import type { Endpoint } from "../../net/endpoint.ts";

/** The side of a flow that is towards its server application. */
export interface FlowSide {
  /** The address that the server application sees; empty while there is none. */
  readonly address: string;
  /** Where the server application is; null while that is not known. */
  readonly server: Endpoint | null;
  send(payload: Uint8Array): void;
  close(): void;
}

/** One conversation with a server application, as SNAPT has it. */
export interface SnaptFlow extends TimedFlow {
  readonly target: StreamTarget;
  /** Name of the service, or `host:port` of the destination. */
  readonly service: string;
  /** Address and port of the client application. */
  readonly application: string;
  readonly held: HoldQueue;
  readonly side: FlowSide;
  sentDatagrams: number;
  receivedDatagrams: number;
}

/** One flow as the status shows it. */
export interface SnaptFlowSnapshot {
  readonly flow: number;
  readonly service: string;
  readonly application: string;
  /** The address that the server application sees. */
  readonly server: string;
  readonly way: "udp" | "link" | "held";
  readonly sentDatagrams: number;
  readonly receivedDatagrams: number;
  readonly held: number;
}

export function snapshotOf(flow: SnaptFlow, way: SnaptFlowSnapshot["way"]): SnaptFlowSnapshot {
  const { number, service, application, side, sentDatagrams, receivedDatagrams, held } = flow;
  return {
    flow: number,
    service,
    application,
    server: side.address,
    way,
    sentDatagrams,
    receivedDatagrams,
    held: held.length,
  };
}
