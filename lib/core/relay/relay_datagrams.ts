/**
 * What goes over the UDP port of a relay, which reads nothing of what is sealed.
 *
 *     call     CNAPT → relay   1 route(8) sealed      for the SNAPT of this route
 *     hello    SNAPT → relay   2 route(8) token(16)   the token was told on the control connection
 *     welcome  relay → SNAPT   3 token(16) number(4)
 *     keep     SNAPT → relay   4 route(8) number(4)   that of the welcome: SNAPT is where it says
 *     kept     relay → SNAPT   5 number(4)
 *     carry    both ways       6 place(4) sealed      a place stands for an address of a CNAPT
 *     proven   SNAPT → relay   7 place(4) sealed      the same, and CNAPT has proven to be there
 *
 * What the relay sends to CNAPT is the sealed datagram alone. No answer is longer than the question.
 */
import { unreachable } from "../exhaustive.ts";
import { LocalMisuse } from "../local_misuse.ts";
import { SEALED_OVERHEAD_BYTES } from "../datagram/sealed_datagram.ts";
import { TOKEN_BYTES } from "./relay_messages.ts";
import { ROUTE_BYTES } from "./relay_name.ts";

const CALL = 1;
const HELLO = 2;
const WELCOME = 3;
const KEEP = 4;
const KEPT = 5;
const CARRY = 6;
const PROVEN = 7;

/** Bytes before what is sealed, on the way from CNAPT to the relay; */
export const CALL_HEAD_BYTES = 1 + ROUTE_BYTES;
/** and between the relay and SNAPT. */
export const CARRY_HEAD_BYTES = 5;
const NUMBER_BYTES = 4;
const HELLO_BYTES = CALL_HEAD_BYTES + TOKEN_BYTES;
const WELCOME_BYTES = 1 + TOKEN_BYTES + NUMBER_BYTES;
const KEEP_BYTES = CALL_HEAD_BYTES + NUMBER_BYTES;
const KEPT_BYTES = 1 + NUMBER_BYTES;

export type RelayDatagram =
  /** `sealed` is a part of what was read, here and below. */
  | { readonly kind: "call"; readonly route: bigint; readonly sealed: Uint8Array }
  | { readonly kind: "hello"; readonly route: bigint; readonly token: Uint8Array }
  | { readonly kind: "welcome"; readonly token: Uint8Array; readonly number: number }
  | { readonly kind: "keep"; readonly route: bigint; readonly number: number }
  | { readonly kind: "kept"; readonly number: number }
  | {
    readonly kind: "carry";
    readonly place: number;
    /** From SNAPT only: the address has answered what was sent there. */
    readonly isProven: boolean;
    readonly sealed: Uint8Array;
  };

/** The datagram in `bytes`; null: it is none, and is dropped without a word. */
export function decodeRelayDatagram(bytes: Uint8Array): RelayDatagram | null {
  const [kind] = bytes;
  switch (kind) {
    case CALL:
      if (bytes.length <= CALL_HEAD_BYTES + SEALED_OVERHEAD_BYTES) return null;
      return { kind: "call", route: routeIn(bytes, 1), sealed: bytes.subarray(CALL_HEAD_BYTES) };
    case CARRY:
    case PROVEN: {
      if (bytes.length <= CARRY_HEAD_BYTES + SEALED_OVERHEAD_BYTES) return null;
      const sealed = bytes.subarray(CARRY_HEAD_BYTES);
      return { kind: "carry", place: u32(bytes, 1), isProven: kind === PROVEN, sealed };
    }
    case HELLO:
      if (bytes.length !== HELLO_BYTES) return null;
      return { kind: "hello", route: routeIn(bytes, 1), token: bytes.slice(CALL_HEAD_BYTES) };
    case WELCOME: {
      if (bytes.length !== WELCOME_BYTES) return null;
      const token = bytes.slice(1, 1 + TOKEN_BYTES);
      return { kind: "welcome", token, number: u32(bytes, 1 + TOKEN_BYTES) };
    }
    case KEEP:
      if (bytes.length !== KEEP_BYTES) return null;
      return { kind: "keep", route: routeIn(bytes, 1), number: u32(bytes, CALL_HEAD_BYTES) };
    case KEPT:
      if (bytes.length !== KEPT_BYTES) return null;
      return { kind: "kept", number: u32(bytes, 1) };
    default:
      return null;
  }
}

/**
 * Writes a datagram into `room`; what is returned is a part of it. A buffer that is used again saves
 * one for each datagram that is carried.
 *
 * @throws {LocalMisuse} a token has another size, or the room is too small
 */
export function encodeRelayDatagram(
  datagram: RelayDatagram,
  room: Uint8Array<ArrayBuffer> = new Uint8Array(HELLO_BYTES),
): Uint8Array<ArrayBuffer> {
  switch (datagram.kind) {
    case "call":
      writeRoute(room, CALL, datagram.route);
      return withSealed(room, CALL_HEAD_BYTES, datagram.sealed);
    case "carry":
      room[0] = datagram.isProven ? PROVEN : CARRY;
      writeU32(room, 1, datagram.place);
      return withSealed(room, CARRY_HEAD_BYTES, datagram.sealed);
    case "hello":
      writeRoute(room, HELLO, datagram.route);
      room.set(checked(datagram.token), CALL_HEAD_BYTES);
      return room.subarray(0, HELLO_BYTES);
    case "welcome":
      room[0] = WELCOME;
      room.set(checked(datagram.token), 1);
      writeU32(room, 1 + TOKEN_BYTES, datagram.number);
      return room.subarray(0, WELCOME_BYTES);
    case "keep":
      writeRoute(room, KEEP, datagram.route);
      writeU32(room, CALL_HEAD_BYTES, datagram.number);
      return room.subarray(0, KEEP_BYTES);
    case "kept":
      room[0] = KEPT;
      writeU32(room, 1, datagram.number);
      return room.subarray(0, KEPT_BYTES);
    default:
      return unreachable(datagram);
  }
}

/** The route of eight bytes as a number, by which it is found. */
export function routeIn(bytes: Uint8Array, at = 0): bigint {
  return BigInt(u32(bytes, at)) << 32n | BigInt(u32(bytes, at + 4));
}

function writeRoute(room: Uint8Array, kind: number, route: bigint): void {
  room[0] = kind;
  writeU32(room, 1, Number(route >> 32n));
  writeU32(room, 5, Number(route & 0xffff_ffffn));
}

function checked(token: Uint8Array): Uint8Array {
  if (token.length === TOKEN_BYTES) return token;
  throw new LocalMisuse(`Cannot write a token of ${token.length} bytes: it has ${TOKEN_BYTES}`);
}

function withSealed(
  room: Uint8Array<ArrayBuffer>,
  headBytes: number,
  sealed: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const length = headBytes + sealed.length;
  if (length > room.length) {
    throw new LocalMisuse(`Cannot write a datagram of ${length} bytes: there is less room`);
  }
  room.set(sealed, headBytes);
  return room.subarray(0, length);
}

function u32(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
  return high * 65_536 + ((bytes[at + 2] ?? 0) << 8 | (bytes[at + 3] ?? 0));
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16 & 0xff;
  bytes[at + 2] = value >>> 8 & 0xff;
  bytes[at + 3] = value & 0xff;
}
