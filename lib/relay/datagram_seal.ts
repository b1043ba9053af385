import { createCipheriv, createDecipheriv } from "node:crypto";
import type { DropReason } from "../core/datagram/drop_counters.ts";
import { DATA_HEAD_BYTES, encodePacket, type Packet } from "../core/datagram/packet.ts";
import { ReplayWindow } from "../core/datagram/replay_window.ts";
import {
  counterOf,
  SEAL_MAC_BYTES,
  SEAL_NONCE_BYTES,
  SEALED_HEAD_BYTES,
  SEALED_OVERHEAD_BYTES,
  writeHead,
  writeNonce,
} from "../core/datagram/sealed_datagram.ts";
import type { OwnKeys } from "./datagram_keys.ts";

const ALGORITHM = "chacha20-poly1305";
const OPTIONS = { authTagLength: SEAL_MAC_BYTES };

/** What became of a datagram that was to be opened. */
export type Opened =
  | { readonly kind: "opened"; readonly packet: Uint8Array; readonly isNewest: boolean }
  | { readonly kind: "dropped"; readonly reason: DropReason };

/** Seals and opens the datagrams of one session at one end (`sealed_datagram.ts`). */
export class DatagramSeal {
  readonly #keys: OwnKeys;
  readonly #window = new ReplayWindow();
  readonly #nonce = new Uint8Array(SEAL_NONCE_BYTES);
  #counter = 0;

  constructor(keys: OwnKeys) {
    this.#keys = keys;
  }

  seal(packet: Packet): Uint8Array {
    // Data is put where it is sealed from, everything else is rare.
    if (packet.kind !== "data") return this.#seal(encodePacket(packet));
    const { flow, payload } = packet;
    const plain = new Uint8Array(DATA_HEAD_BYTES + payload.length);
    plain[1] = flow >>> 24;
    plain[2] = flow >>> 16 & 0xff;
    plain[3] = flow >>> 8 & 0xff;
    plain[4] = flow & 0xff;
    plain.set(payload, DATA_HEAD_BYTES);
    return this.#seal(plain);
  }

  /** Opens `bytes`, whose tag is the one of this session. */
  open(bytes: Uint8Array): Opened {
    const counter = counterOf(bytes);
    if (counter === null || bytes.length <= SEALED_OVERHEAD_BYTES) {
      return { kind: "dropped", reason: "malformed" };
    }
    // Cheaper than to compute the MAC of what was seen before.
    if (!this.#window.isFresh(counter)) return { kind: "dropped", reason: "replayed" };
    writeNonce(this.#nonce, counter);
    const end = bytes.length - SEAL_MAC_BYTES;
    const cipher = createDecipheriv(ALGORITHM, this.#keys.receiving, this.#nonce, OPTIONS);
    cipher.setAuthTag(bytes.subarray(end));
    cipher.setAAD(bytes.subarray(0, SEALED_HEAD_BYTES), { plaintextLength: 0 });
    const packet = cipher.update(bytes.subarray(SEALED_HEAD_BYTES, end));
    try {
      cipher.final();
    } catch {
      return { kind: "dropped", reason: "forged" };
    }
    const isNewest = counter > this.#window.highest;
    this.#window.take(counter);
    return { kind: "opened", packet, isNewest };
  }

  #seal(plain: Uint8Array): Uint8Array {
    const counter = this.#counter++;
    const sealed = new Uint8Array(SEALED_OVERHEAD_BYTES + plain.length);
    writeHead(sealed, this.#keys.tag, counter);
    writeNonce(this.#nonce, counter);
    const cipher = createCipheriv(ALGORITHM, this.#keys.sending, this.#nonce, OPTIONS);
    cipher.setAAD(sealed.subarray(0, SEALED_HEAD_BYTES), { plaintextLength: plain.length });
    sealed.set(cipher.update(plain), SEALED_HEAD_BYTES);
    cipher.final();
    sealed.set(cipher.getAuthTag(), SEALED_HEAD_BYTES + plain.length);
    return sealed;
  }
}
