import { DATA_HEAD_BYTES, encodePacket, type Packet } from "./packet.ts";
import { SEALED_OVERHEAD_BYTES } from "./sealed_datagram.ts";
import { SIGNED_OVERHEAD_BYTES } from "./signed_datagram.ts";
import type { Protection } from "../wire/datagram_messages.ts";

const UDP_HEAD_BYTES = 8;
const IP_HEAD_BYTES = { 4: 20, 6: 40 } as const;

/** How long the datagram is in which `packet` travels by UDP. */
export function datagramBytes(protection: Protection, packet: Packet): number {
  if (protection === "sealed") {
    const bytes = packet.kind === "data"
      ? DATA_HEAD_BYTES + packet.payload.length
      : encodePacket(packet).length;
    return bytes + SEALED_OVERHEAD_BYTES;
  }
  if (packet.kind === "data") return packet.payload.length;
  return encodePacket(packet).length + SIGNED_OVERHEAD_BYTES;
}

/** What an application may send at most in a datagram of so many bytes. */
export function payloadWithin(protection: Protection, bytes: number): number {
  return protection === "sealed" ? bytes - DATA_HEAD_BYTES - SEALED_OVERHEAD_BYTES : bytes;
}

/** How long a datagram may be in a packet of so many bytes. */
export function datagramWithin(packetBytes: number, family: 4 | 6): number {
  return packetBytes - IP_HEAD_BYTES[family] - UDP_HEAD_BYTES;
}
