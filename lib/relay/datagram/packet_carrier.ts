import type { Packet } from "../../core/datagram/packet.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";

/** How the datagrams of a site reach SNAPT just now: `held` is not at all. */
export type DatagramWay = "sealed" | "signed" | "link" | "held";

/** What carries the packets of flows while there is a session. */
export interface PacketCarrier {
  readonly way: DatagramWay;
  /** Epoch of the session in which it took the network. */
  readonly epoch: number;
  /** The most that an application may send in a datagram that goes by UDP; null: not known. */
  readonly largestPayload?: number | null;
  /** Whether flows to this target may go over the network in use. */
  mayCarry(target: StreamTarget): boolean;
  send(packet: Packet): void;
  /** The flow is no more: what is kept for it alone can go. */
  forget(flow: number): void;
}
