/**
 * The server name in the first message of TLS, and nothing else of it.
 *
 * Theory of operation. A ClientHello travels in the clear, cut into one record or a few (RFC 8446,
 * 4.1.2 and 5.1). Whoever reads it is told how many bytes it needs at least; each length is judged
 * as soon as it is there, before anything is kept for it, so a stranger costs a bounded read.
 */
import { ByteReader } from "../wire/byte_reader.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";

/** No ClientHello is longer; those with keys of post-quantum exchanges have about 2,000 bytes. */
export const MAX_CLIENT_HELLO_BYTES = 8_192;
/** It comes in so many records at most: each costs a look at all that came before. */
const MAX_RECORDS = 8;
const RECORD_HEADER_BYTES = 5;
const MAX_RECORD_BYTES = 16_384;
/** So many bytes are read of a connection at most before it is known for whom it is. */
export const MAX_FIRST_BYTES = MAX_CLIENT_HELLO_BYTES + MAX_RECORDS * RECORD_HEADER_BYTES;

const HANDSHAKE_RECORD = 22;
const TLS_MAJOR = 3;
const CLIENT_HELLO = 1;
const MESSAGE_HEADER_BYTES = 4;
const SERVER_NAME_EXTENSION = 0;
const HOST_NAME = 0;
const RANDOM_BYTES = 32;
const MAX_NAME_CHARS = 253;

/** What is known after so many bytes. */
export type ClientHelloReading =
  /** At least `missing` more bytes are needed. */
  | { readonly kind: "incomplete"; readonly missing: number }
  /** `serverName`: in lower case; null: it asks for none. */
  | { readonly kind: "complete"; readonly serverName: string | null };

/**
 * Reads a ClientHello as far as it has come; `bytes`: all that has come.
 *
 * @throws {ProtocolViolation} it is none, or it is too long
 */
export function readClientHello(bytes: Uint8Array): ClientHelloReading {
  const parts: Uint8Array[] = [];
  let collected = 0;
  let at = 0;
  for (let records = 1;; records++) {
    if (records > MAX_RECORDS) {
      throw new ProtocolViolation(
        "tooLong",
        "Cannot read ClientHello: it is cut into many records",
      );
    }
    const header = readRecordHeader(bytes.subarray(at));
    if (header.kind === "incomplete") return header;
    at += RECORD_HEADER_BYTES;
    const part = bytes.subarray(at, at + header.length);
    parts.push(part);
    collected += part.length;
    const wanted = wantedBytes(parts, collected);
    if (collected >= wanted) {
      // The header alone says how long it is.
      if (wanted > MESSAGE_HEADER_BYTES) return { kind: "complete", serverName: nameIn(parts) };
    }
    const restOfRecord = header.length - part.length;
    if (restOfRecord > 0) {
      return { kind: "incomplete", missing: Math.min(restOfRecord, wanted - collected) };
    }
    at += part.length;
  }
}

type RecordHeader =
  | { readonly kind: "record"; readonly length: number }
  | { readonly kind: "incomplete"; readonly missing: number };

function readRecordHeader(bytes: Uint8Array): RecordHeader {
  const [type = HANDSHAKE_RECORD, major = TLS_MAJOR, , high = 0, low = 0] = bytes;
  if (type !== HANDSHAKE_RECORD || major !== TLS_MAJOR) {
    throw new ProtocolViolation("malformed", "Cannot read ClientHello: no record of TLS begins so");
  }
  if (bytes.length < RECORD_HEADER_BYTES) {
    return { kind: "incomplete", missing: RECORD_HEADER_BYTES - bytes.length };
  }
  const length = high << 8 | low;
  if (length === 0 || length > MAX_RECORD_BYTES) {
    throw new ProtocolViolation("frameLength", `Cannot read ClientHello: a record has ${length} B`);
  }
  return { kind: "record", length };
}

/** How many bytes of the message there must be, as far as that is known. */
function wantedBytes(parts: readonly Uint8Array[], collected: number): number {
  const [type = CLIENT_HELLO, high = 0, middle = 0, low = 0] = firstBytes(parts);
  if (type !== CLIENT_HELLO) {
    throw new ProtocolViolation("malformed", `Cannot read ClientHello: it is a message ${type}`);
  }
  if (collected < MESSAGE_HEADER_BYTES) return MESSAGE_HEADER_BYTES;
  const length = high << 16 | middle << 8 | low;
  if (length > MAX_CLIENT_HELLO_BYTES - MESSAGE_HEADER_BYTES) {
    throw new ProtocolViolation("tooLong", `Cannot read ClientHello: it has ${length} bytes`);
  }
  if (length === 0) {
    throw new ProtocolViolation("truncated", "Cannot read ClientHello: it is empty");
  }
  return MESSAGE_HEADER_BYTES + length;
}

function firstBytes(parts: readonly Uint8Array[]): readonly number[] {
  const first: number[] = [];
  for (const part of parts) {
    first.push(...part.subarray(0, MESSAGE_HEADER_BYTES - first.length));
    if (first.length === MESSAGE_HEADER_BYTES) break;
  }
  return first;
}

/** The name in a whole ClientHello; what follows it in its last record is not looked at. */
function nameIn(parts: readonly Uint8Array[]): string | null {
  const message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  const length = new DataView(message.buffer).getUint32(0) & 0xff_ffff;
  const reader = new ByteReader(
    message.subarray(MESSAGE_HEADER_BYTES, MESSAGE_HEADER_BYTES + length),
  );
  reader.bytes(2 + RANDOM_BYTES);
  reader.bytes(reader.u8()); // session
  reader.bytes(reader.u16()); // cipher suites
  reader.bytes(reader.u8()); // compression
  const rest = reader.rest();
  if (rest.length === 0) return null; // TLS 1.2 may have no extensions
  const extensions = new ByteReader(rest);
  const list = extensions.blob(MAX_CLIENT_HELLO_BYTES);
  extensions.end();
  return nameAmong(list);
}

function nameAmong(list: Uint8Array): string | null {
  const reader = new ByteReader(list);
  for (let left = list.length; left > 0;) {
    const type = reader.u16();
    const content = reader.blob(MAX_CLIENT_HELLO_BYTES);
    left -= 4 + content.length;
    if (type === SERVER_NAME_EXTENSION) return hostName(content);
  }
  return null;
}

function hostName(content: Uint8Array): string {
  const outer = new ByteReader(content);
  const entry = new ByteReader(outer.blob(MAX_CLIENT_HELLO_BYTES));
  outer.end();
  const type = entry.u8();
  const name = entry.text(MAX_NAME_CHARS);
  entry.end(); // there may be one name of a kind, and there is but one kind
  if (type !== HOST_NAME || !/^[\w.-]+$/.test(name)) {
    throw new ProtocolViolation("malformed", "Cannot read ClientHello: its name is none");
  }
  return name.toLowerCase();
}
