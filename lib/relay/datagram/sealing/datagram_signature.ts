import { createHmac, timingSafeEqual } from "node:crypto";
import { encodePacket, type Packet } from "../../../core/datagram/packet.ts";
import { ReplayWindow } from "../../../core/datagram/replay_window.ts";
import { counterOf, writeHead } from "../../../core/datagram/sealed_datagram.ts";
import {
  looksSigned,
  SIGNED_HEAD_BYTES,
  SIGNED_MAC_BYTES,
  SIGNED_MAGIC,
  SIGNED_OVERHEAD_BYTES,
} from "../../../core/datagram/signed_datagram.ts";
import type { OwnKeys } from "./datagram_keys.ts";

/** What a datagram is that may be a signed one. */
export type Verified =
  | { readonly kind: "signed"; readonly packet: Uint8Array }
  | { readonly kind: "replayed" }
  | { readonly kind: "payload" };

/** Signs and verifies the datagrams of one session at one end (`signed_datagram.ts`). */
export class DatagramSignature {
  readonly #keys: OwnKeys;
  readonly #window = new ReplayWindow();
  #counter = 0;

  constructor(keys: OwnKeys) {
    this.#keys = keys;
  }

  sign(packet: Packet): Uint8Array {
    const content = encodePacket(packet);
    const bytes = new Uint8Array(SIGNED_OVERHEAD_BYTES + content.length);
    bytes.set(SIGNED_MAGIC);
    writeHead(bytes, this.#keys.tag, this.#counter++, SIGNED_MAGIC.length);
    bytes.set(content, SIGNED_HEAD_BYTES);
    const end = bytes.length - SIGNED_MAC_BYTES;
    bytes.set(mac(this.#keys.sending, bytes.subarray(0, end)), end);
    return bytes;
  }

  verify(bytes: Uint8Array): Verified {
    if (!looksSigned(bytes)) return { kind: "payload" };
    const end = bytes.length - SIGNED_MAC_BYTES;
    const expected = mac(this.#keys.receiving, bytes.subarray(0, end));
    if (!timingSafeEqual(expected, bytes.subarray(end))) return { kind: "payload" };
    const counter = counterOf(bytes, SIGNED_MAGIC.length);
    if (counter === null || !this.#window.take(counter)) return { kind: "replayed" };
    return { kind: "signed", packet: bytes.subarray(SIGNED_HEAD_BYTES, end) };
  }
}

function mac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(bytes).digest().subarray(0, SIGNED_MAC_BYTES);
}
