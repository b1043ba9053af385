/**
 * The fixed parts with which every link begins, before the first frame.
 *
 *     HELLO    SNAPT → CNAPT   "SNPT" version(1) nonce(32)
 *     AUTH     CNAPT → SNAPT   "CNPT" version(1) id(16) nonce(32) mac(32)
 *     VERDICT  SNAPT → CNAPT   0 mac(32)  |  code(1) length(2) sentence
 *
 * Both MACs cover a label of their own, both nonces, the ID and the version, so that neither can
 * stand in for the other nor be used on another link. Computing them is the shell's task.
 */
import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { MAX_SENTENCE_BYTES, REFUSAL_CODES, type RefusalCode } from "./message.ts";
import { ProtocolViolation } from "./protocol_violation.ts";

export const NONCE_BYTES = 32;
export const ID_BYTES = 16;
export const MAC_BYTES = 32;
export const HELLO_BYTES = 4 + 1 + NONCE_BYTES;
export const AUTH_BYTES = 4 + 1 + ID_BYTES + NONCE_BYTES + MAC_BYTES;

const encoder = new TextEncoder();
const SNAPT_MAGIC = encoder.encode("SNPT");
const CNAPT_MAGIC = encoder.encode("CNPT");
const AUTH_LABEL = encoder.encode("cnapt link auth v1\0");
const VERDICT_LABEL = encoder.encode("snapt link verdict v1\0");

export interface Hello {
  readonly version: number;
  readonly nonce: Uint8Array;
}

export interface Auth {
  readonly version: number;
  readonly id: Uint8Array;
  readonly nonce: Uint8Array;
  readonly mac: Uint8Array;
}

export type Verdict =
  | { readonly kind: "accepted"; readonly mac: Uint8Array }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly sentence: string };

export function encodeHello(hello: Hello): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(SNAPT_MAGIC).u8(hello.version).bytes(hello.nonce).finish();
}

/** @throws {ProtocolViolation} these are not the first bytes of a SNAPT */
export function decodeHello(bytes: Uint8Array): Hello {
  const reader = new ByteReader(bytes);
  expectMagic(reader.bytes(4), SNAPT_MAGIC, "SNAPT");
  return { version: reader.u8(), nonce: reader.bytes(NONCE_BYTES) };
}

export function encodeAuth(auth: Auth): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(CNAPT_MAGIC).u8(auth.version).bytes(auth.id).bytes(auth.nonce)
    .bytes(auth.mac).finish();
}

/** @throws {ProtocolViolation} these are not the first bytes of a CNAPT */
export function decodeAuth(bytes: Uint8Array): Auth {
  const reader = new ByteReader(bytes);
  expectMagic(reader.bytes(4), CNAPT_MAGIC, "CNAPT");
  return {
    version: reader.u8(),
    id: reader.bytes(ID_BYTES),
    nonce: reader.bytes(NONCE_BYTES),
    mac: reader.bytes(MAC_BYTES),
  };
}

export function encodeVerdict(verdict: Verdict): Uint8Array<ArrayBuffer> {
  return verdict.kind === "accepted"
    ? new ByteWriter().u8(0).bytes(verdict.mac).finish()
    : new ByteWriter().u8(REFUSAL_CODES.indexOf(verdict.code) + 1)
      .text(verdict.sentence, MAX_SENTENCE_BYTES).finish();
}

/**
 * Reads a verdict as far as it has come; says how many bytes are missing at least.
 *
 * @throws {ProtocolViolation} it is none
 */
export function decodeVerdict(
  bytes: Uint8Array,
): Verdict | { readonly kind: "incomplete"; readonly missing: number } {
  const first = bytes[0];
  if (first === undefined) return { kind: "incomplete", missing: 1 };
  if (first === 0) {
    const missing = 1 + MAC_BYTES - bytes.length;
    if (missing > 0) return { kind: "incomplete", missing };
    return { kind: "accepted", mac: bytes.slice(1, 1 + MAC_BYTES) };
  }
  const code = REFUSAL_CODES[first - 1];
  if (code === undefined) {
    throw new ProtocolViolation("malformed", `Cannot read verdict: there is no code ${first}`);
  }
  if (bytes.length < 3) return { kind: "incomplete", missing: 3 - bytes.length };
  const reader = new ByteReader(bytes.subarray(1));
  const missing = 3 + ((bytes[1] ?? 0) << 8 | (bytes[2] ?? 0)) - bytes.length;
  if (missing > MAX_SENTENCE_BYTES) {
    throw new ProtocolViolation("tooLong", `Cannot read verdict: ${missing} bytes of text`);
  }
  if (missing > 0) return { kind: "incomplete", missing };
  return { kind: "refused", code, sentence: reader.text(MAX_SENTENCE_BYTES) };
}

/** What the MAC in AUTH covers. */
export function authMacInput(
  serverNonce: Uint8Array,
  clientNonce: Uint8Array,
  id: Uint8Array,
  version: number,
): Uint8Array<ArrayBuffer> {
  return macInput(AUTH_LABEL, serverNonce, clientNonce, id, version);
}

/** What the MAC in VERDICT covers. */
export function verdictMacInput(
  serverNonce: Uint8Array,
  clientNonce: Uint8Array,
  id: Uint8Array,
  version: number,
): Uint8Array<ArrayBuffer> {
  return macInput(VERDICT_LABEL, serverNonce, clientNonce, id, version);
}

function macInput(
  label: Uint8Array,
  serverNonce: Uint8Array,
  clientNonce: Uint8Array,
  id: Uint8Array,
  version: number,
): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(label).u8(version).bytes(id).bytes(serverNonce).bytes(clientNonce)
    .finish();
}

function expectMagic(found: Uint8Array, magic: Uint8Array, wanted: string): void {
  if (found.every((byte, index) => byte === magic[index])) return;
  const { code, what } = recognise(found);
  throw new ProtocolViolation(code, `Cannot read preamble of a ${wanted}: ${what}`);
}

function recognise(found: Uint8Array): { code: string; what: string } {
  if (found[0] === 0x16 && found[1] === 0x03) {
    return { code: "tlsRecord", what: "it speaks TLS, this end is set to `security: none`" };
  }
  const text = String.fromCharCode(...found);
  if (/^(GET |POST|HEAD|PUT |OPTI|CONN|HTTP)$/.test(text)) {
    return { code: "http", what: "it speaks HTTP" };
  }
  if (text === "SSH-") return { code: "ssh", what: "it speaks SSH" };
  return { code: "stranger", what: "it speaks something else" };
}
