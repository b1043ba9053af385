/**
 * ChaCha20-Poly1305 (RFC 8439, section 2.8) for many small messages, by libsodium in WebAssembly:
 * the ciphers of `node:crypto` make several objects for each message, which takes longer than to
 * seal it (docs/decisions/0012). The only module that knows the library.
 *
 * Theory of operation. The library works on a memory of its own. One instance of the class has its
 * places there, and serves the whole process, a message at a time:
 *
 *     ... 16 bytes | additional data | message to be sealed | MAC | ... | message to be opened | MAC
 *
 * The additional data ends where the message begins, so that what goes out is one row. What is
 * opened has a place of its own, as what is sealed may be the answer to it.
 */
import { LocalMisuse } from "../../../core/local_misuse.ts";

export const AEAD_KEY_BYTES = 32;
export const AEAD_NONCE_BYTES = 12;
export const AEAD_MAC_BYTES = 16;
/** There is room for so much in one message: more than any datagram can carry. */
export const MAX_AEAD_BYTES = 65 * 1_024;
/** The longest additional data. */
const MAX_ADDITIONAL_BYTES = 16;

/** What is used of the library; places are offsets in its memory, 64-bit sizes are in two halves. */
interface Sodium {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  // deno-lint-ignore cnapt/few-parameters -- libsodium says which
  _crypto_aead_chacha20poly1305_ietf_encrypt(
    sealed: number,
    sealedLength: number,
    plain: number,
    plainLength: number,
    plainLengthHigh: number,
    additional: number,
    additionalLength: number,
    additionalLengthHigh: number,
    secretNonce: number,
    nonce: number,
    key: number,
  ): number;
  // deno-lint-ignore cnapt/few-parameters -- libsodium says which
  _crypto_aead_chacha20poly1305_ietf_decrypt(
    plain: number,
    plainLength: number,
    secretNonce: number,
    sealed: number,
    sealedLength: number,
    sealedLengthHigh: number,
    additional: number,
    additionalLength: number,
    additionalLengthHigh: number,
    nonce: number,
    key: number,
  ): number;
}

let loading: Promise<Sodium> | null = null;
let loaded: Sodium | null = null;

/** Loads the library, which only sealed datagrams need; before that there is no `ChaCha20Poly1305`. */
export async function loadSodium(): Promise<void> {
  loading ??= import("libsodium").then(({ default: library }) => library());
  loaded = await loading;
}

function sodiumNow(): Sodium {
  if (loaded === null) throw new LocalMisuse("Cannot seal: libsodium was not loaded");
  return loaded;
}

/** Seals and opens messages, one at a time; what it returns is good until the next one. */
export class ChaCha20Poly1305 {
  readonly #sodium = sodiumNow();
  readonly #key = this.#allocate(AEAD_KEY_BYTES);
  readonly #nonce = this.#allocate(AEAD_NONCE_BYTES);
  readonly #sealing = this.#allocate(MAX_ADDITIONAL_BYTES + MAX_AEAD_BYTES + AEAD_MAC_BYTES) +
    MAX_ADDITIONAL_BYTES;
  readonly #opening = this.#allocate(MAX_AEAD_BYTES + AEAD_MAC_BYTES);
  readonly #additional = this.#allocate(MAX_ADDITIONAL_BYTES);
  readonly #bytes = this.#sodium.HEAPU8;
  /** Where a message to be sealed is put. */
  readonly message = this.#bytes.subarray(this.#sealing, this.#sealing + MAX_AEAD_BYTES);

  /**
   * Seals the first `length` bytes of `message`. Returns the additional data (1 to 16 bytes), the
   * sealed message, and the MAC, in one row.
   */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    additional: Uint8Array,
    length: number,
  ): Uint8Array<ArrayBuffer> {
    this.#prepare(key, nonce, additional);
    const at = this.#sealing;
    this.#sodium._crypto_aead_chacha20poly1305_ietf_encrypt(
      ...[at, 0, at, length, 0] as const,
      ...[this.#additional, additional.length, 0] as const,
      ...[0, this.#nonce, this.#key] as const,
    );
    const from = at - additional.length;
    this.#bytes.set(additional, from);
    return this.#bytes.subarray(from, at + length + AEAD_MAC_BYTES);
  }

  /** Opens a sealed message with its MAC behind it; null when that is wrong. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    additional: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array<ArrayBuffer> | null {
    const length = sealed.length - AEAD_MAC_BYTES;
    if (length < 0 || length > MAX_AEAD_BYTES) return null;
    this.#prepare(key, nonce, additional);
    const at = this.#opening;
    this.#bytes.set(sealed, at);
    const code = this.#sodium._crypto_aead_chacha20poly1305_ietf_decrypt(
      ...[at, 0, 0] as const,
      ...[at, sealed.length, 0] as const,
      ...[this.#additional, additional.length, 0] as const,
      ...[this.#nonce, this.#key] as const,
    );
    return code === 0 ? this.#bytes.subarray(at, at + length) : null;
  }

  #prepare(key: Uint8Array, nonce: Uint8Array, additional: Uint8Array): void {
    const isFit = key.length === AEAD_KEY_BYTES && nonce.length === AEAD_NONCE_BYTES &&
      additional.length > 0 && additional.length <= MAX_ADDITIONAL_BYTES;
    if (!isFit) {
      throw new LocalMisuse("Cannot seal: the key, nonce or additional data does not fit");
    }
    this.#bytes.set(key, this.#key);
    this.#bytes.set(nonce, this.#nonce);
    this.#bytes.set(additional, this.#additional);
  }

  /** A place in the library's memory; it stays for the life of the process. */
  #allocate(bytes: number): number {
    const place = this.#sodium._malloc(bytes);
    if (place === 0) throw new LocalMisuse(`Cannot seal: libsodium has no ${bytes} bytes left`);
    return place;
  }
}
