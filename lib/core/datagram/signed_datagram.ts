/**
 * The datagrams of `security: none` that are not payload.
 *
 *     magic(4) tag(6) counter(8) packet(n) mac(16)
 *
 * Payload travels untouched, so nothing in a datagram says what it is: it belongs to the flow that
 * is bound to its address. Such a binding, and everything else that is no payload, is a packet in
 * the clear behind a head and before an HMAC-SHA256, cut to 16 bytes, of all before it, under a key
 * of this session and direction that is made of the CNAPT's own.
 *
 * Neither can be mistaken for the other: a datagram is a signed one if and only if its MAC is right,
 * which no application can bring about without the key; one that merely begins like a signed one is
 * payload. And a signed one is never payload: it is looked for first, and one that was seen before
 * (an application, too, may send what it has recorded) is dropped by its counter.
 */
import { SEALED_HEAD_BYTES } from "./sealed_datagram.ts";

/** No text, no STUN, RTP, DTLS, QUIC or DNS begins so; it only saves computing most MACs. */
export const SIGNED_MAGIC: Uint8Array = new Uint8Array([0xff, 0x53, 0x4e, 0x50]);
export const SIGNED_HEAD_BYTES = SIGNED_MAGIC.length + SEALED_HEAD_BYTES;
export const SIGNED_MAC_BYTES = 16;
/** What signing adds to a packet. */
export const SIGNED_OVERHEAD_BYTES = SIGNED_HEAD_BYTES + SIGNED_MAC_BYTES;

/** Whether the MAC of `bytes` is worth computing. */
export function looksSigned(bytes: Uint8Array): boolean {
  return bytes.length > SIGNED_OVERHEAD_BYTES && bytes[0] === SIGNED_MAGIC[0] &&
    SIGNED_MAGIC.every((byte, index) => byte === bytes[index]);
}
