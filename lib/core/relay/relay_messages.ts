/**
 * What a relay and a SNAPT say to each other.
 *
 *     control connection   both ways       type(1) length(2) body
 *     PARKED               SNAPT → relay   "SNPK" version(1) token(16), in the clear
 *
 * The control connection is TLS with the preamble of a link. A parked connection is none: what it
 * will carry is TLS from end to end, and its token, told on the control connection, is good once.
 */
import { unreachable } from "../exhaustive.ts";
import { LocalMisuse } from "../local_misuse.ts";
import { ByteReader } from "../wire/byte_reader.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";

/** Of the parked connections; that of the control connection is in its preamble. */
export const RELAY_VERSION = 1;
export const TOKEN_BYTES = 16;
/** So many connections are asked for in one message. */
export const MAX_TOKENS = 64;
const HEADER_BYTES = 3;
const MAX_BODY_BYTES = 1 + MAX_TOKENS * TOKEN_BYTES;
const PARKED_MAGIC = new TextEncoder().encode("SNPK");
/** How a parked connection begins. */
export const PARKED_BYTES = PARKED_MAGIC.length + 1 + TOKEN_BYTES;

/** Why the relay parts. On the wire as its index here; new ones are added at the end. */
export const PARTINGS = ["displaced", "revoked", "shuttingDown"] as const;
export type Parting = (typeof PARTINGS)[number];

export type RelayMessage =
  /** The relay wants so many parked connections more, each with one of these tokens. */
  | { readonly kind: "park"; readonly tokens: readonly Uint8Array[] }
  /** Either end asks whether the other is there. */
  | { readonly kind: "ping"; readonly token: number }
  | { readonly kind: "pong"; readonly token: number }
  /** What the relay has carried for SNAPT in this month, both ways, and may; 0: as much as there is. */
  | { readonly kind: "quota"; readonly usedBytes: number; readonly limitBytes: number }
  /** The relay serves this control connection no longer. */
  | { readonly kind: "parting"; readonly reason: Parting }
  /** SNAPT wants datagrams by the UDP port of the relay, */
  | { readonly kind: "wantDatagrams" }
  /** and is to say hello there with this token; null: the relay has no UDP. */
  | { readonly kind: "datagrams"; readonly token: Uint8Array | null };

/** The type of a message is its place here, counted from 1. */
const KINDS = [
  "park",
  "ping",
  "pong",
  "parting",
  "quota",
  "wantDatagrams",
  "datagrams",
] as const;

/** @throws {LocalMisuse} there are no tokens or too many, one has another size, or a number is none */
export function encodeRelayMessage(message: RelayMessage): Uint8Array<ArrayBuffer> {
  const body = bodyOf(message);
  return new ByteWriter().choice(KINDS, message.kind, 1).u16(body.length).bytes(body).finish();
}

function bodyOf(message: RelayMessage): Uint8Array {
  const writer = new ByteWriter();
  switch (message.kind) {
    case "park": {
      const { tokens } = message;
      if (tokens.length === 0 || tokens.length > MAX_TOKENS) {
        throw new LocalMisuse(`Cannot ask for ${tokens.length} connections: 1 to ${MAX_TOKENS}`);
      }
      writer.u8(tokens.length);
      for (const token of tokens) writer.fixed(token, TOKEN_BYTES);
      return writer.finish();
    }
    case "ping":
    case "pong":
      return writer.u32(message.token).finish();
    case "parting":
      return writer.choice(PARTINGS, message.reason).finish();
    case "quota":
      return writer.u64(message.usedBytes).u64(message.limitBytes).finish();
    case "wantDatagrams":
      return writer.finish();
    case "datagrams":
      if (message.token !== null) writer.fixed(message.token, TOKEN_BYTES);
      return writer.finish();
    default:
      return unreachable(message);
  }
}

/** At least `missing` more bytes are needed. */
export interface IncompleteRelayMessage {
  readonly kind: "incomplete";
  readonly missing: number;
}

/**
 * Reads a message as far as it has come; the caller reads exactly as many bytes as it is told to,
 * until it has it all. Its type and its length are judged as soon as they are there.
 *
 * @throws {ProtocolViolation} it is none, or bytes follow it
 */
export function decodeRelayMessage(bytes: Uint8Array): RelayMessage | IncompleteRelayMessage {
  const [type = 1, high = 0, low = 0] = bytes;
  const kind = KINDS[type - 1];
  if (kind === undefined) {
    throw new ProtocolViolation("unknownKind", `Cannot read message: there is no type ${type}`);
  }
  if (bytes.length < HEADER_BYTES) {
    return { kind: "incomplete", missing: HEADER_BYTES - bytes.length };
  }
  const length = high << 8 | low;
  if (length > MAX_BODY_BYTES) {
    throw new ProtocolViolation("frameLength", `Cannot read message: its body has ${length} bytes`);
  }
  const missing = HEADER_BYTES + length - bytes.length;
  if (missing > 0) return { kind: "incomplete", missing };
  const reader = new ByteReader(bytes.subarray(HEADER_BYTES));
  const message = readBody(kind, reader, length);
  reader.end();
  return message;
}

function readBody(
  kind: RelayMessage["kind"],
  reader: ByteReader,
  bodyBytes: number,
): RelayMessage {
  switch (kind) {
    case "park": {
      const count = reader.u8();
      if (count === 0 || count > MAX_TOKENS) {
        throw new ProtocolViolation("malformed", `Cannot read park: it has ${count} tokens`);
      }
      return { kind, tokens: Array.from({ length: count }, () => reader.bytes(TOKEN_BYTES)) };
    }
    case "ping":
    case "pong":
      return { kind, token: reader.u32() };
    case "parting":
      return { kind, reason: reader.choice(PARTINGS) };
    case "quota":
      return { kind, usedBytes: reader.u64(), limitBytes: reader.u64() };
    case "wantDatagrams":
      return { kind };
    case "datagrams":
      return { kind, token: bodyBytes === 0 ? null : reader.bytes(TOKEN_BYTES) };
    default:
      return unreachable(kind);
  }
}

/** How a parked connection begins. @throws {LocalMisuse} the token has another size */
export function encodeParked(token: Uint8Array): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(PARKED_MAGIC).u8(RELAY_VERSION).fixed(token, TOKEN_BYTES).finish();
}

/** Whether a connection that begins so may be a parked one. */
export function isParkedStart(bytes: Uint8Array): boolean {
  return bytes.length > 0 &&
    bytes.subarray(0, PARKED_MAGIC.length).every((byte, at) => byte === PARKED_MAGIC[at]);
}

/**
 * The token of a parked connection.
 *
 * @param bytes `PARKED_BYTES` of them
 * @throws {ProtocolViolation} it is none, or of another version
 */
export function decodeParked(bytes: Uint8Array): Uint8Array {
  if (!isParkedStart(bytes)) {
    throw new ProtocolViolation("malformed", "Cannot read PARKED: it begins otherwise");
  }
  const reader = new ByteReader(bytes);
  reader.bytes(PARKED_MAGIC.length);
  const version = reader.u8();
  const token = reader.bytes(TOKEN_BYTES);
  reader.end();
  if (version === RELAY_VERSION) return token;
  throw new ProtocolViolation(
    "malformed",
    `Cannot read PARKED: it has version ${version}, this relay ${RELAY_VERSION}`,
  );
}
