/**
 * The fixed parts with which every link begins, before the first frame.
 *
 *     HELLO    SNAPT → CNAPT   "SNPT" version(1) nonce(32)
 *     AUTH     CNAPT → SNAPT   "CNPT" version(1) id(16) nonce(32) mac(32)
 *     VERDICT  SNAPT → CNAPT   0 mac(32)  |  code(1) length(2) sentence
 *
 * Sizes and codes here never change with the version, so that two versions can still tell each
 * other why they part. Both MACs cover a label of their own, both nonces, the ID, the version and
 * the certificate that the accepting end has shown, all of fixed size: neither can stand in for the
 * other, nor be used on another link, nor be passed on by somebody who shows a certificate of his
 * own in between. Computing them is the shell's task.
 */
import { unreachable } from "../exhaustive.ts";
import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { MAX_SENTENCE_BYTES, REFUSAL_CODES, type RefusalCode } from "./message.ts";
import {
  CNAPT_MAGIC,
  expectAuthStart,
  expectHelloStart,
  MAGIC_BYTES,
  SNAPT_MAGIC,
} from "./preamble_start.ts";
import { ProtocolViolation } from "./protocol_violation.ts";

export const NONCE_BYTES = 32;
export const ID_BYTES = 16;
export const MAC_BYTES = 32;
/** SHA-256 of the certificate that stands for the channel. */
export const CHANNEL_BYTES = 32;
export const HELLO_BYTES = MAGIC_BYTES + 1 + NONCE_BYTES;
export const AUTH_BYTES = MAGIC_BYTES + 1 + ID_BYTES + NONCE_BYTES + MAC_BYTES;

/** First byte of a positive verdict; all others are an index in `REFUSAL_CODES`, plus 1. */
const ACCEPTED = 0;

const encoder = new TextEncoder();
const LABELS = {
  cnapt: {
    auth: encoder.encode("cnapt link auth v2\0"),
    verdict: encoder.encode("snapt link verdict v2\0"),
  },
  snapt: {
    auth: encoder.encode("cnapt direct auth v2\0"),
    verdict: encoder.encode("snapt direct verdict v2\0"),
  },
  relayed: {
    auth: encoder.encode("snapt relay auth v1\0"),
    verdict: encoder.encode("snapt relay verdict v1\0"),
  },
} as const;

/**
 * Who dialled the link; `relayed`: a SNAPT that dials its relay, which takes SNAPT's part. What is
 * proven on a link of one kind is worth nothing on one of another: else whoever connects to CNAPT
 * could have it answer the HELLO that SNAPT sent to him.
 */
export type Dialler = keyof typeof LABELS;

/** How SNAPT greets: its nonce (32 bytes) makes every AUTH worth one link only. */
export interface Hello {
  readonly version: number;
  readonly nonce: Uint8Array;
}

/** How CNAPT answers: ID (16 bytes), own nonce and MAC (32 bytes each). */
export interface Auth {
  readonly version: number;
  readonly id: Uint8Array;
  readonly nonce: Uint8Array;
  readonly mac: Uint8Array;
}

/** What SNAPT thinks of AUTH; the MAC (32 bytes) proves that it knows the key too. */
export type Verdict =
  | { readonly kind: "accepted"; readonly mac: Uint8Array }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly sentence: string };

/** At least `missing` more bytes are needed. */
export interface IncompleteVerdict {
  readonly kind: "incomplete";
  readonly missing: number;
}

/** @throws {LocalMisuse} the nonce has not `NONCE_BYTES` */
export function encodeHello(hello: Hello): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(SNAPT_MAGIC).u8(hello.version).fixed(hello.nonce, NONCE_BYTES)
    .finish();
}

/**
 * @param bytes `HELLO_BYTES` of them
 * @throws {ProtocolViolation} these are not the first bytes of a SNAPT; the code says of whom
 */
export function decodeHello(bytes: Uint8Array): Hello {
  expectHelloStart(bytes);
  const reader = new ByteReader(bytes);
  reader.bytes(MAGIC_BYTES);
  const hello = { version: reader.u8(), nonce: reader.bytes(NONCE_BYTES) };
  reader.end();
  return hello;
}

/** @throws {LocalMisuse} ID, nonce or MAC has another size than it must have */
export function encodeAuth(auth: Auth): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(CNAPT_MAGIC).u8(auth.version).fixed(auth.id, ID_BYTES)
    .fixed(auth.nonce, NONCE_BYTES).fixed(auth.mac, MAC_BYTES).finish();
}

/**
 * @param bytes `AUTH_BYTES` of them
 * @throws {ProtocolViolation} these are not the first bytes of a CNAPT; the code says of whom
 */
export function decodeAuth(bytes: Uint8Array): Auth {
  expectAuthStart(bytes);
  const reader = new ByteReader(bytes);
  reader.bytes(MAGIC_BYTES);
  const auth = {
    version: reader.u8(),
    id: reader.bytes(ID_BYTES),
    nonce: reader.bytes(NONCE_BYTES),
    mac: reader.bytes(MAC_BYTES),
  };
  reader.end();
  return auth;
}

/** @throws {LocalMisuse} the MAC has not `MAC_BYTES` or the sentence is too long */
export function encodeVerdict(verdict: Verdict): Uint8Array<ArrayBuffer> {
  switch (verdict.kind) {
    case "accepted":
      return new ByteWriter().u8(ACCEPTED).fixed(verdict.mac, MAC_BYTES).finish();
    case "refused":
      return new ByteWriter().choice(REFUSAL_CODES, verdict.code, ACCEPTED + 1)
        .text(verdict.sentence, MAX_SENTENCE_BYTES).finish();
    default:
      return unreachable(verdict);
  }
}

/**
 * Reads a verdict as far as it has come. Its size is not known beforehand, and frames may follow
 * it at once, so the caller reads exactly as many bytes as it is told to, until it has it all.
 *
 * @throws {ProtocolViolation} it is none, or bytes follow it
 */
export function decodeVerdict(bytes: Uint8Array): Verdict | IncompleteVerdict {
  const missing = verdictBytes(bytes) - bytes.length;
  if (missing > 0) return { kind: "incomplete", missing };
  const reader = new ByteReader(bytes);
  const first = reader.u8();
  const verdict: Verdict = first === ACCEPTED
    ? { kind: "accepted", mac: reader.bytes(MAC_BYTES) }
    : { kind: "refused", code: refusalCode(first), sentence: reader.text(MAX_SENTENCE_BYTES) };
  reader.end();
  return verdict;
}

/** How many bytes the verdict has at least, by what has come of it. */
function verdictBytes(bytes: Uint8Array): number {
  const [first, high, low] = bytes;
  if (first === undefined) return 1;
  if (first === ACCEPTED) return 1 + MAC_BYTES;
  refusalCode(first);
  if (high === undefined || low === undefined) return 3;
  const sentenceBytes = high << 8 | low;
  if (sentenceBytes > MAX_SENTENCE_BYTES) {
    throw new ProtocolViolation(
      "tooLong",
      `Cannot read verdict: its sentence has ${sentenceBytes} bytes, at most ${MAX_SENTENCE_BYTES}`,
    );
  }
  return 3 + sentenceBytes;
}

function refusalCode(first: number): RefusalCode {
  const code = REFUSAL_CODES[first - ACCEPTED - 1];
  if (code !== undefined) return code;
  throw new ProtocolViolation("malformed", `Cannot read verdict: there is no code ${first}`);
}

/** What both MACs of a preamble cover. */
export interface MacCovered {
  readonly serverNonce: Uint8Array;
  readonly clientNonce: Uint8Array;
  readonly id: Uint8Array;
  readonly version: number;
  /** SHA-256 of the certificate that the accepting end has shown; zeros without TLS. */
  readonly channel: Uint8Array;
  /** `cnapt`, if not given. */
  readonly dialler?: Dialler;
}

/**
 * What the MAC in AUTH covers.
 *
 * @throws {LocalMisuse} a part has another size than it must have
 */
export function authMacInput(covered: MacCovered): Uint8Array<ArrayBuffer> {
  return macInput(LABELS[covered.dialler ?? "cnapt"].auth, covered);
}

/**
 * What the MAC in a positive VERDICT covers.
 *
 * @throws {LocalMisuse} a part has another size than it must have
 */
export function verdictMacInput(covered: MacCovered): Uint8Array<ArrayBuffer> {
  return macInput(LABELS[covered.dialler ?? "cnapt"].verdict, covered);
}

function macInput(
  label: Uint8Array,
  { serverNonce, clientNonce, id, version, channel }: MacCovered,
): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(label).u8(version).fixed(id, ID_BYTES)
    .fixed(serverNonce, NONCE_BYTES).fixed(clientNonce, NONCE_BYTES)
    .fixed(channel, CHANNEL_BYTES).finish();
}
