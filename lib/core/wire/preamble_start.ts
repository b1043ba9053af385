import { ProtocolViolation, type Stranger } from "./protocol_violation.ts";

const encoder = new TextEncoder();

/** Bytes that have to be there before anything can be said about the other end. */
export const MAGIC_BYTES = 4;

/** First bytes that a SNAPT sends on a link. */
export const SNAPT_MAGIC = encoder.encode("SNPT");

/** First bytes that a CNAPT sends on a link. */
export const CNAPT_MAGIC = encoder.encode("CNPT");

/** First bytes that a CNAPT sends which has a code and no key yet. */
export const PAIR_MAGIC = encoder.encode("CNPR");

/** Content types of TLS records (RFC 8446, section 5.1): 20 to 23. */
const FIRST_TLS_CONTENT_TYPE = 0x14;
const LAST_TLS_CONTENT_TYPE = 0x17;
const TLS_MAJOR_VERSION = 0x03;

/** First four bytes of HTTP requests and responses; `PRI ` opens HTTP/2 (RFC 9113, section 3.4). */
const HTTP_START = /^(GET |POST|PUT |HEAD|DELE|OPTI|CONN|PATC|TRAC|PRI |HTTP)$/;

/**
 * Judges what may be the beginning of HELLO, so that CNAPT need not wait for all of it when it
 * has reached something else.
 *
 * @param bytes what has come so far; fewer than `MAGIC_BYTES` are not judged
 * @throws {ProtocolViolation} no SNAPT: `tlsRecord`, `http`, `ssh`, `cnapt` or `unknown`
 */
export function expectHelloStart(bytes: Uint8Array): void {
  expectMagic(bytes, SNAPT_MAGIC, "SNAPT");
}

/** Whether a CNAPT begins so that redeems a code. */
export function isPairStart(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC_BYTES && startsWith(bytes, PAIR_MAGIC);
}

/**
 * Judges what may be the beginning of AUTH, so that SNAPT turns strangers away at once and not
 * when they have sent `AUTH_BYTES` or time has run out.
 *
 * @param bytes what has come so far; fewer than `MAGIC_BYTES` are not judged
 * @throws {ProtocolViolation} no CNAPT: `tlsRecord`, `http`, `ssh`, `snapt` or `unknown`
 */
export function expectAuthStart(bytes: Uint8Array): void {
  expectMagic(bytes, CNAPT_MAGIC, "CNAPT");
}

function expectMagic(bytes: Uint8Array, magic: Uint8Array, wanted: string): void {
  if (bytes.length < MAGIC_BYTES || startsWith(bytes, magic)) return;
  const { code, what } = recognise(bytes);
  throw new ProtocolViolation(code, `Cannot read preamble of a ${wanted}: ${what}`);
}

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, index) => byte === bytes[index]);
}

/** Common strangers, so that a log can say what is wrong instead of that something is. */
function recognise(bytes: Uint8Array): { readonly code: Stranger; readonly what: string } {
  if (isTlsRecord(bytes)) {
    return { code: "tlsRecord", what: "the other end speaks TLS, this end `security: none`" };
  }
  if (startsWith(bytes, SNAPT_MAGIC)) return { code: "snapt", what: "it is a SNAPT too" };
  if (startsWith(bytes, CNAPT_MAGIC) || startsWith(bytes, PAIR_MAGIC)) {
    return { code: "cnapt", what: "it is a CNAPT too" };
  }
  const text = String.fromCharCode(...bytes.subarray(0, MAGIC_BYTES));
  if (HTTP_START.test(text)) return { code: "http", what: "the other end speaks HTTP" };
  if (text === "SSH-") return { code: "ssh", what: "the other end speaks SSH" };
  return { code: "unknown", what: "the other end speaks something else" };
}

function isTlsRecord([type = 0, version]: Uint8Array): boolean {
  return type >= FIRST_TLS_CONTENT_TYPE && type <= LAST_TLS_CONTENT_TYPE &&
    version === TLS_MAJOR_VERSION;
}
