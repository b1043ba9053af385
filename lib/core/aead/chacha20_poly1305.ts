/**
 * ChaCha20-Poly1305 (RFC 8439, section 2.8) for many small messages, in WebAssembly that is written
 * here: the ciphers of `node:crypto` make several objects for each message, which takes longer than
 * to seal it (docs/decisions/0013).
 *
 * Theory of operation. One instance serves the whole process, a message at a time. Its memory has a
 * place for a message to be sealed and another for one to be opened, as the first may be needed to
 * answer what is still in the second:
 *
 *     ... 48 bytes | additional data, 16 bytes | message | MAC | room to round up
 *
 * The key stream is put over the message from 64 bytes before it, where nothing but zeros are, so
 * that its first block, from which the key of the MAC is taken, comes out there. The MAC is taken
 * over the additional data, the message with zeros up to a multiple of 16, and both lengths, all in
 * one row. To open, the MAC comes first, with the first key stream computed elsewhere; only what is
 * authentic is uncovered.
 */
import { LocalMisuse } from "../local_misuse.ts";
import { CHACHA_TURN_BYTES, chachaFunction } from "./chacha20_code.ts";
import { polyFunction } from "./poly1305_code.ts";
import {
  add32,
  and32,
  call,
  type Code,
  extend,
  get,
  giveBack,
  I32,
  i32,
  I64,
  isAbove32,
  isZero64,
  lanes,
  load128,
  load64,
  or64,
  set,
  store128,
  store64,
  sub32,
  type WasmFunction,
  wasmModule,
  when,
  xor128,
  xor64,
} from "./wasm_code.ts";

export const AEAD_KEY_BYTES = 32;
export const AEAD_NONCE_BYTES = 12;
export const AEAD_MAC_BYTES = 16;
/** There is room for so much in one message: more than any datagram can carry. */
export const MAX_AEAD_BYTES = 65 * 1_024;

/** The first block of the key stream, of which the key of the MAC is a part. */
const BLOCK_BYTES = 64;
const VECTOR_BYTES = 16;

// What is where in memory.
const KEY = 0;
const NONCE = 32;
const STATE = 64;
const TAG = 320;
const STREAM = 512;
const SEALING = 1_024;
const OPENING = SEALING + 68 * 1_024;
const PAGES = 3;

const [CHACHA, POLY] = [0, 1];
const [AT, LENGTH, AAD_LENGTH] = [0, 1, 2];
const [MAC_LOW, MAC_HIGH] = [3, 4];
const roundedUp = and32(add32(get(LENGTH), i32(15)), i32(-16));
const behind = add32(get(AT), get(LENGTH));
const zero = lanes([0, 0, 0, 0]);

/** Puts behind the message what the MAC is taken over, and takes it with the key at `key`. */
function mac(key: Code): Code {
  const lengths = add32(get(AT), roundedUp);
  return [
    ...store128(behind, 0, zero),
    ...store64(lengths, 0, extend(get(AAD_LENGTH))),
    ...store64(lengths, 8, extend(get(LENGTH))),
    ...call(
      POLY,
      sub32(get(AT), i32(VECTOR_BYTES)),
      add32(roundedUp, i32(2 * VECTOR_BYTES)),
      key,
      i32(TAG),
    ),
  ];
}

/** `seal(at, length, aadLength)`; the additional data is at `STREAM`, with zeros behind it. */
const sealFunction: WasmFunction = {
  name: "seal",
  parameters: [I32, I32, I32],
  result: null,
  locals: [],
  body: [
    ...[0, 1, 2, 3].flatMap((index) =>
      store128(sub32(get(AT), i32(BLOCK_BYTES)), VECTOR_BYTES * index, zero)
    ),
    ...call(
      CHACHA,
      sub32(get(AT), i32(BLOCK_BYTES)),
      add32(get(LENGTH), i32(BLOCK_BYTES)),
      i32(0),
    ),
    ...store128(sub32(get(AT), i32(VECTOR_BYTES)), 0, load128(i32(STREAM))),
    ...mac(sub32(get(AT), i32(BLOCK_BYTES))),
    ...store128(behind, 0, load128(i32(TAG))),
  ],
};

/** `open(at, length, aadLength)`: one if the MAC behind the message is right, which then is open. */
const openFunction: WasmFunction = {
  name: "open",
  parameters: [I32, I32, I32],
  result: I32,
  locals: [I64, I64],
  body: [
    ...set(MAC_LOW, load64(behind)),
    ...set(MAC_HIGH, load64(behind, 8)),
    ...store128(sub32(get(AT), i32(VECTOR_BYTES)), 0, load128(i32(STREAM))),
    ...turn().flatMap((offset) => store128(i32(STREAM), offset, zero)),
    ...call(CHACHA, i32(STREAM), i32(CHACHA_TURN_BYTES), i32(0)),
    ...mac(i32(STREAM)),
    ...when(
      isZero64(
        or64(
          xor64(get(MAC_LOW), load64(i32(TAG))),
          xor64(get(MAC_HIGH), load64(i32(TAG), 8)),
        ),
      ),
      [
        ...turn().slice(BLOCK_BYTES / VECTOR_BYTES).flatMap((offset) => {
          const at = offset - BLOCK_BYTES;
          const bytes = xor128(load128(get(AT), at), load128(i32(STREAM), offset));
          return store128(get(AT), at, bytes);
        }),
        ...when(
          isAbove32(get(LENGTH), i32(CHACHA_TURN_BYTES - BLOCK_BYTES)),
          call(
            CHACHA,
            add32(get(AT), i32(CHACHA_TURN_BYTES - BLOCK_BYTES)),
            sub32(get(LENGTH), i32(CHACHA_TURN_BYTES - BLOCK_BYTES)),
            i32(4),
          ),
        ),
        ...giveBack(i32(1)),
      ],
    ),
    ...i32(0),
  ],
};

/** Where the vectors of one turn are. */
function turn(): readonly number[] {
  const count = CHACHA_TURN_BYTES / VECTOR_BYTES;
  return Array.from({ length: count }, (_, index) => VECTOR_BYTES * index);
}

type Function3 = (a: number, b: number, c: number) => unknown;

/** Seals and opens messages, one at a time; what it returns is good until the next one. */
export class ChaCha20Poly1305 {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #seal: Function3;
  readonly #open: Function3;
  /** Where a message to be sealed is put. */
  readonly message: Uint8Array<ArrayBuffer>;

  constructor() {
    const chacha = chachaFunction({ key: KEY, nonce: NONCE, state: STATE });
    const functions = [chacha, polyFunction(), sealFunction, openFunction];
    const module = new WebAssembly.Module(wasmModule(functions, PAGES));
    const { seal, open, memory } = new WebAssembly.Instance(module).exports;
    const buffer = memory instanceof WebAssembly.Memory ? memory.buffer : null;
    if (!isFunction(seal) || !isFunction(open) || !(buffer instanceof ArrayBuffer)) {
      throw new TypeError("Cannot seal: the module lacks an export");
    }
    [this.#seal, this.#open] = [seal, open];
    this.#bytes = new Uint8Array(buffer);
    this.message = this.#bytes.subarray(SEALING, SEALING + MAX_AEAD_BYTES);
  }

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
    this.#seal(SEALING, length, additional.length);
    const from = SEALING - additional.length;
    this.#bytes.set(additional, from);
    return this.#bytes.subarray(from, SEALING + length + AEAD_MAC_BYTES);
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
    this.#bytes.set(sealed, OPENING);
    const isAuthentic = this.#open(OPENING, length, additional.length) === 1;
    return isAuthentic ? this.#bytes.subarray(OPENING, OPENING + length) : null;
  }

  #prepare(key: Uint8Array, nonce: Uint8Array, additional: Uint8Array): void {
    const isFit = key.length === AEAD_KEY_BYTES && nonce.length === AEAD_NONCE_BYTES &&
      additional.length > 0 && additional.length <= VECTOR_BYTES;
    if (!isFit) {
      throw new LocalMisuse("Cannot seal: the key, nonce or additional data does not fit");
    }
    this.#bytes.set(key, KEY);
    this.#bytes.set(nonce, NONCE);
    this.#bytes.fill(0, STREAM, STREAM + VECTOR_BYTES);
    this.#bytes.set(additional, STREAM);
  }
}

function isFunction(value: WebAssembly.ExportValue | undefined): value is Function3 {
  return typeof value === "function";
}
