/**
 * What is said on a connection that redeems a code, behind the HELLO with which SNAPT greets
 * everybody:
 *
 *     PAIR     CNAPT → SNAPT   "CNPR" version(1) code ID(16) nonce(32) mac(32)
 *     frames   both ways       type(1) length(2) body
 *
 * PAIR is as long as AUTH, so that SNAPT waits for the same number of bytes whoever comes.
 */
import { unreachable } from "../exhaustive.ts";
import { ByteReader } from "../wire/byte_reader.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { MAX_HOST_BYTES, MAX_NAME_BYTES } from "../wire/message.ts";
import { AUTH_BYTES, ID_BYTES, MAC_BYTES, NONCE_BYTES } from "../wire/preamble.ts";
import { PAIR_MAGIC } from "../wire/preamble_start.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";

/** Of this exchange; a peer of another one says so and parts. */
export const PAIRING_VERSION = 1;
export const PAIR_BYTES = AUTH_BYTES;
/** Of a CNAPT, for all its links to come. */
export const CLIENT_KEY_BYTES = 32;
/** So many addresses besides the one of the code. */
export const MAX_OTHER_ADDRESSES = 8;
const HEADER_BYTES = 3;

/** Why SNAPT does not go on. On the wire as its index here; new ones are added at the end. */
export const PAIRING_REFUSALS = [
  "version",
  "codeUnknown",
  "badProof",
  "spent",
  "expired",
  "revoked",
  "triedTooOften",
  "notStored",
] as const;
export type PairingRefusal = (typeof PAIRING_REFUSALS)[number];

/** How a CNAPT with a code answers HELLO. */
export interface Pair {
  readonly version: number;
  /** Made of the code, which it does not give away. */
  readonly codeId: Uint8Array;
  readonly nonce: Uint8Array;
  readonly mac: Uint8Array;
}

/** A host, name or address in numbers, and its TCP port. */
export interface PairingAddress {
  readonly host: string;
  readonly port: number;
}

/** What a CNAPT is told that has proven its code: what a ticket has, but the key. */
export interface Welcome {
  readonly clientId: Uint8Array;
  /** Under which SNAPT knows this CNAPT. */
  readonly name: string;
  /** What SNAPT calls itself. */
  readonly site: string;
  /** Where it is besides the address of the code. */
  readonly addresses: readonly PairingAddress[];
}

/** A frame. Each MAC is of 32 bytes. */
export type PairingFrame =
  /** SNAPT knows the code and has seen that CNAPT does. `content` is what the MAC covers. */
  | {
    readonly kind: "welcome";
    readonly mac: Uint8Array;
    readonly welcome: Welcome;
    readonly content: Uint8Array;
  }
  /** CNAPT's fresh key. */
  | { readonly kind: "enrol"; readonly key: Uint8Array; readonly mac: Uint8Array }
  /** SNAPT has the key on its disk. */
  | { readonly kind: "stored"; readonly mac: Uint8Array }
  /** CNAPT has it on its own: the code may be spent. */
  | { readonly kind: "confirm"; readonly mac: Uint8Array }
  /** The code is spent. */
  | { readonly kind: "done"; readonly mac: Uint8Array }
  | { readonly kind: "refused"; readonly code: PairingRefusal };

/** The type of a frame is its place here, counted from 1. */
const FRAME_KINDS = ["welcome", "enrol", "stored", "confirm", "done", "refused"] as const;

const LARGEST_WELCOME = MAC_BYTES + ID_BYTES + 2 * (2 + MAX_NAME_BYTES) + 1 +
  MAX_OTHER_ADDRESSES * (2 + MAX_HOST_BYTES + 2);
/** No body is longer. */
export const MAX_PAIRING_BODY_BYTES = LARGEST_WELCOME;

/** @throws {LocalMisuse} a part has another size than it must have */
export function encodePair({ version, codeId, nonce, mac }: Pair): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(PAIR_MAGIC).u8(version).fixed(codeId, ID_BYTES)
    .fixed(nonce, NONCE_BYTES).fixed(mac, MAC_BYTES).finish();
}

/**
 * @param bytes `PAIR_BYTES` of them, which begin with `PAIR_MAGIC`
 * @throws {ProtocolViolation} there are fewer or more
 */
export function decodePair(bytes: Uint8Array): Pair {
  const reader = new ByteReader(bytes);
  reader.bytes(PAIR_MAGIC.length);
  const pair = {
    version: reader.u8(),
    codeId: reader.bytes(ID_BYTES),
    nonce: reader.bytes(NONCE_BYTES),
    mac: reader.bytes(MAC_BYTES),
  };
  reader.end();
  return pair;
}

/**
 * The part of a welcome that its MAC covers.
 *
 * @throws {LocalMisuse} a name is too long, or there are too many addresses
 */
export function encodeWelcome({ clientId, name, site, addresses }: Welcome): Uint8Array {
  const writer = new ByteWriter().fixed(clientId, ID_BYTES).text(name, MAX_NAME_BYTES)
    .text(site, MAX_NAME_BYTES).u8(addresses.length);
  for (const { host, port } of addresses) writer.text(host, MAX_HOST_BYTES).u16(port);
  return writer.finish();
}

function decodeWelcome(content: Uint8Array): Welcome {
  const reader = new ByteReader(content);
  const clientId = reader.bytes(ID_BYTES);
  const name = reader.text(MAX_NAME_BYTES);
  const site = reader.text(MAX_NAME_BYTES);
  const count = reader.u8();
  if (count > MAX_OTHER_ADDRESSES) {
    throw new ProtocolViolation("tooLong", `Cannot read welcome: it has ${count} addresses`);
  }
  const addresses = Array.from({ length: count }, () => ({
    host: reader.text(MAX_HOST_BYTES),
    port: reader.u16(),
  }));
  reader.end();
  return { clientId, name, site, addresses };
}

/** @throws {LocalMisuse} a part has another size than it must have */
export function encodePairingFrame(frame: PairingFrame): Uint8Array<ArrayBuffer> {
  const body = bodyOf(frame);
  return new ByteWriter().choice(FRAME_KINDS, frame.kind, 1).u16(body.length).bytes(body).finish();
}

function bodyOf(frame: PairingFrame): Uint8Array {
  switch (frame.kind) {
    case "welcome":
      return new ByteWriter().fixed(frame.mac, MAC_BYTES).bytes(frame.content).finish();
    case "enrol":
      return new ByteWriter().fixed(frame.key, CLIENT_KEY_BYTES).fixed(frame.mac, MAC_BYTES)
        .finish();
    case "stored":
    case "confirm":
    case "done":
      return new ByteWriter().fixed(frame.mac, MAC_BYTES).finish();
    case "refused":
      return new ByteWriter().choice(PAIRING_REFUSALS, frame.code).finish();
    default:
      return unreachable(frame);
  }
}

/** At least `missing` more bytes are needed. */
export interface IncompletePairingFrame {
  readonly kind: "incomplete";
  readonly missing: number;
}

/**
 * Reads a frame as far as it has come; the caller reads exactly as many bytes as it is told to,
 * until it has it all. Its type and its length are judged as soon as they are there.
 *
 * @throws {ProtocolViolation} it is none, or bytes follow it
 */
export function decodePairingFrame(bytes: Uint8Array): PairingFrame | IncompletePairingFrame {
  const [type = 0, high = 0, low = 0] = bytes;
  const kind = FRAME_KINDS[type - 1];
  if (bytes.length === 0) return { kind: "incomplete", missing: HEADER_BYTES };
  if (kind === undefined) {
    throw new ProtocolViolation("unknownKind", `Cannot read frame: there is no type ${type}`);
  }
  if (bytes.length < HEADER_BYTES) {
    return { kind: "incomplete", missing: HEADER_BYTES - bytes.length };
  }
  const length = high << 8 | low;
  if (length > MAX_PAIRING_BODY_BYTES) {
    throw new ProtocolViolation("frameLength", `Cannot read frame: its body has ${length} bytes`);
  }
  const missing = HEADER_BYTES + length - bytes.length;
  if (missing > 0) return { kind: "incomplete", missing };
  const reader = new ByteReader(bytes.subarray(HEADER_BYTES));
  const frame = readBody(kind, reader);
  reader.end();
  return frame;
}

function readBody(kind: PairingFrame["kind"], reader: ByteReader): PairingFrame {
  switch (kind) {
    case "welcome": {
      const mac = reader.bytes(MAC_BYTES);
      const content = new Uint8Array(reader.rest());
      return { kind, mac, content, welcome: decodeWelcome(content) };
    }
    case "enrol":
      return { kind, key: reader.bytes(CLIENT_KEY_BYTES), mac: reader.bytes(MAC_BYTES) };
    case "stored":
    case "confirm":
    case "done":
      return { kind, mac: reader.bytes(MAC_BYTES) };
    case "refused":
      return { kind, code: reader.choice(PAIRING_REFUSALS) };
    default:
      return unreachable(kind);
  }
}
