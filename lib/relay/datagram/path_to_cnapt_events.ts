import type { DropReason } from "../../core/datagram/drop_counters.ts";
import type { FlowPacket, Packet } from "../../core/datagram/packet.ts";
import type { DatagramPath } from "../../net/datagram_listener.ts";

/** Sends to where the packet that is answered came from. */
export type Answer = (packet: Packet) => void;

export interface PathToCnaptEvents {
  /** An authentic packet about a flow; false if there is no such flow, or none is wanted. */
  received(packet: FlowPacket, answer: Answer): boolean;
  dropped(reason: DropReason): void;
  /** What is held for this flow, or, if null, for all, can go out now. */
  released(flow: number | null): void;
  /** Sends by the socket at which CNAPT sends. */
  send(bytes: Uint8Array, to: DatagramPath): void;
  /** With untouched payload: what comes from this address belongs to this flow, or to none. */
  bindAddress(address: DatagramPath, flow: number | null): void;
}
