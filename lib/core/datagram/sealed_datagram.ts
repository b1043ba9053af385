/**
 * The datagrams of `security: tls`: one packet each, sealed.
 *
 *     tag(6) counter(8) sealed packet(n) mac(16)
 *
 * The tag, drawn by SNAPT for each session, finds the session, whatever address the datagram comes
 * from. The counter is never used twice under one key; it is the nonce, and by it a datagram that
 * comes twice is known. Tag and counter are covered by the MAC. Each direction has a key of its own.
 * Sealing itself (chacha20-poly1305, RFC 8439) is the shell's task.
 */

/** Tags are 48 bits, a number that a Map finds fast. */
export const TAG_BYTES = 6;
const COUNTER_BYTES = 8;
export const SEALED_HEAD_BYTES = TAG_BYTES + COUNTER_BYTES;
export const SEAL_MAC_BYTES = 16;
/** What sealing adds to a packet. */
export const SEALED_OVERHEAD_BYTES = SEALED_HEAD_BYTES + SEAL_MAC_BYTES;
/** RFC 8439: 96 bits, of which the last 64 are the counter. */
export const SEAL_NONCE_BYTES = 12;

const TWO_TO_32 = 2 ** 32;

/** The tag of a datagram; null when it is too short to have one. */
export function tagOf(bytes: Uint8Array, offset = 0): number | null {
  if (bytes.length < offset + TAG_BYTES) return null;
  return u16(bytes, offset) * TWO_TO_32 + u32(bytes, offset + 2);
}

/** The counter behind the tag; null when there is none that may be used. */
export function counterOf(bytes: Uint8Array, offset = 0): number | null {
  if (bytes.length < offset + SEALED_HEAD_BYTES) return null;
  const counter = u32(bytes, offset + TAG_BYTES) * TWO_TO_32 + u32(bytes, offset + TAG_BYTES + 4);
  return counter <= Number.MAX_SAFE_INTEGER ? counter : null;
}

/** Writes tag and counter to the beginning of `bytes`, from `offset` on. */
export function writeHead(bytes: Uint8Array, tag: number, counter: number, offset = 0): void {
  writeU32(bytes, offset, Math.floor(tag / 2 ** 16));
  bytes[offset + 4] = tag >>> 8 & 0xff;
  bytes[offset + 5] = tag & 0xff;
  writeU32(bytes, offset + TAG_BYTES, Math.floor(counter / TWO_TO_32));
  writeU32(bytes, offset + TAG_BYTES + 4, counter % TWO_TO_32);
}

/** Writes the nonce of `counter` into `nonce`. */
export function writeNonce(nonce: Uint8Array, counter: number): void {
  writeU32(nonce, 4, Math.floor(counter / TWO_TO_32));
  writeU32(nonce, 8, counter % TWO_TO_32);
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}

function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 65_536 + u16(bytes, at + 2);
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16 & 0xff;
  bytes[at + 2] = value >>> 8 & 0xff;
  bytes[at + 3] = value & 0xff;
}
