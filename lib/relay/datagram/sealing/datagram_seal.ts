import { ChaCha20Poly1305 } from "./chacha20_poly1305.ts";
import type { DropReason } from "../../../core/datagram/drop_counters.ts";
import { DATA_HEAD_BYTES, encodePacket, type Packet } from "../../../core/datagram/packet.ts";
import { ReplayWindow } from "../../../core/datagram/replay_window.ts";
import {
  counterOf,
  SEAL_NONCE_BYTES,
  SEALED_HEAD_BYTES,
  SEALED_OVERHEAD_BYTES,
  writeHead,
  writeNonce,
} from "../../../core/datagram/sealed_datagram.ts";
import type { OwnKeys } from "./datagram_keys.ts";

let shared: ChaCha20Poly1305 | null = null;

/** One for all sessions, as what it returns is used before the next datagram; made when needed. */
function aead(): ChaCha20Poly1305 {
  return shared ??= new ChaCha20Poly1305();
}

/** What became of a datagram that was to be opened. */
export type Opened =
  | { readonly kind: "opened"; readonly packet: Uint8Array; readonly isNewest: boolean }
  | { readonly kind: "dropped"; readonly reason: DropReason };

/** Seals and opens the datagrams of one session at one end (`sealed_datagram.ts`). */
export class DatagramSeal {
  readonly #keys: OwnKeys;
  readonly #window = new ReplayWindow();
  readonly #nonce = new Uint8Array(SEAL_NONCE_BYTES);
  readonly #head = new Uint8Array(SEALED_HEAD_BYTES);
  #counter = 0;

  constructor(keys: OwnKeys) {
    this.#keys = keys;
  }

  /** The datagram for a packet; good until the next one is sealed. */
  seal(packet: Packet): Uint8Array<ArrayBuffer> {
    const { message } = aead();
    // Data is put where it is sealed, everything else is rare.
    if (packet.kind !== "data") {
      const plain = encodePacket(packet);
      message.set(plain);
      return this.#seal(plain.length);
    }
    const { flow, payload } = packet;
    message[0] = 0;
    message[1] = flow >>> 24;
    message[2] = flow >>> 16 & 0xff;
    message[3] = flow >>> 8 & 0xff;
    message[4] = flow & 0xff;
    message.set(payload, DATA_HEAD_BYTES);
    return this.#seal(DATA_HEAD_BYTES + payload.length);
  }

  /**
   * Opens `bytes`, whose tag is the one of this session. What comes out is good until the next
   * datagram is opened.
   */
  open(bytes: Uint8Array): Opened {
    const counter = counterOf(bytes);
    if (counter === null || bytes.length <= SEALED_OVERHEAD_BYTES) {
      return { kind: "dropped", reason: "malformed" };
    }
    // Cheaper than to compute the MAC of what was seen before.
    if (!this.#window.isFresh(counter)) return { kind: "dropped", reason: "replayed" };
    writeNonce(this.#nonce, counter);
    const head = bytes.subarray(0, SEALED_HEAD_BYTES);
    const sealed = bytes.subarray(SEALED_HEAD_BYTES);
    const packet = aead().open(this.#keys.receiving, this.#nonce, head, sealed);
    if (packet === null) return { kind: "dropped", reason: "forged" };
    const isNewest = counter > this.#window.highest;
    this.#window.take(counter);
    return { kind: "opened", packet, isNewest };
  }

  #seal(length: number): Uint8Array<ArrayBuffer> {
    const counter = this.#counter++;
    writeHead(this.#head, this.#keys.tag, counter);
    writeNonce(this.#nonce, counter);
    return aead().seal(this.#keys.sending, this.#nonce, this.#head, length);
  }
}
