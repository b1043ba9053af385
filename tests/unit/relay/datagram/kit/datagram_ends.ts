import type {
  DatagramSession,
  Protection,
} from "../../../../../lib/core/wire/datagram_messages.ts";
import {
  deriveDatagramKeys,
  type OwnKeys,
} from "../../../../../lib/relay/datagram/sealing/datagram_keys.ts";

export const KEY = new Uint8Array(32).fill(1);

export function offerOf(protection: Protection): DatagramSession {
  return {
    kind: "datagramSession",
    sequence: 1,
    protection,
    tag: 0x0102_0304_0506,
    secret: "00".repeat(32),
    flows: 16,
    services: [{ name: "dns", holdMs: 200, idleMs: 60_000, holdOrder: "newest" }],
  };
}

/** The keys of both ends of a session. */
export function keysOf(
  protection: Protection,
): { readonly cnapt: OwnKeys; readonly snapt: OwnKeys } {
  const offer = offerOf(protection);
  const keys = deriveDatagramKeys(KEY, offer);
  const { tag } = offer;
  return {
    cnapt: { protection, tag, sending: keys.cnapt, receiving: keys.snapt },
    snapt: { protection, tag, sending: keys.snapt, receiving: keys.cnapt },
  };
}
