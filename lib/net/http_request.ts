/** One HTTP/1 request (RFC 9112), as much of it as the status endpoint needs. */
import type { ByteConn } from "./byte_conn.ts";

/** Most heads are shorter; a thousand pages that come back at once take no more than that. */
const USUAL_HEAD_BYTES = 2 * 1024;
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;
const END_OF_HEAD = "\r\n\r\n";

export type HttpRequest =
  | {
    readonly kind: "request";
    /** For `HEAD` the same as for `GET`: what is not written of the answer is cut off behind it. */
    readonly request: Request;
    readonly method: string;
    /** Whether the client understands an answer in chunks. */
    readonly version: "1.0" | "1.1";
  }
  | { readonly kind: "malformed"; readonly status: 400 | 411 | 413 | 431 }
  /** The client has gone before it said what it wants. */
  | { readonly kind: "gone" };

interface Head {
  readonly method: string;
  readonly target: string;
  readonly version: "1.0" | "1.1";
  readonly headers: Headers;
}

/**
 * Reads the request of `conn`; what follows it is left alone, since each connection has one.
 *
 * @throws {ConnFailed} the connection broke
 */
export async function readRequest(conn: ByteConn, signal: AbortSignal): Promise<HttpRequest> {
  let buffer = new Uint8Array(USUAL_HEAD_BYTES);
  let length = 0;
  let headBytes = -1;
  while (headBytes < 0) {
    if (length >= MAX_HEAD_BYTES) return { kind: "malformed", status: 431 };
    if (length === buffer.length) buffer = grown(buffer, 2 * length);
    const count = await conn.read(buffer.subarray(length));
    if (count === null) return { kind: "gone" };
    const from = Math.max(0, length - END_OF_HEAD.length);
    length += count;
    const found = latin1(buffer.subarray(from, length)).indexOf(END_OF_HEAD);
    if (found >= 0) headBytes = from + found + END_OF_HEAD.length;
  }
  const head = readHead(latin1(buffer.subarray(0, headBytes - END_OF_HEAD.length)));
  if (head === null) return { kind: "malformed", status: 400 };
  if (head.headers.has("transfer-encoding")) return { kind: "malformed", status: 411 };
  const said = head.headers.get("content-length") ?? "0";
  if (!/^\d{1,15}$/.test(said)) return { kind: "malformed", status: 400 };
  const bodyBytes = Number(said);
  if (bodyBytes > MAX_BODY_BYTES) return { kind: "malformed", status: 413 };
  buffer = grown(buffer, headBytes + bodyBytes);
  while (length < headBytes + bodyBytes) {
    const count = await conn.read(buffer.subarray(length, headBytes + bodyBytes));
    if (count === null) return { kind: "gone" };
    length += count;
  }
  const request = toRequest(head, buffer.slice(headBytes, headBytes + bodyBytes), signal);
  return request === null
    ? { kind: "malformed", status: 400 }
    : { kind: "request", request, method: head.method, version: head.version };
}

/** A buffer with the same content, and room for so many bytes at least. */
function grown(buffer: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes <= buffer.length) return buffer;
  const larger = new Uint8Array(bytes);
  larger.set(buffer);
  return larger;
}

function readHead(text: string): Head | null {
  const [line = "", ...fields] = text.split("\r\n");
  const match = /^([A-Z]{1,20}) (\S+) HTTP\/(1\.[01])$/.exec(line);
  if (match === null) return null;
  const headers = new Headers();
  for (const field of fields) {
    const colon = field.indexOf(":");
    if (colon <= 0) return null;
    try {
      headers.append(field.slice(0, colon), field.slice(colon + 1).trim());
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }
  const version = match[3] === "1.0" ? "1.0" : "1.1";
  return { method: match[1] ?? "", target: match[2] ?? "", version, headers };
}

/** Null when it is none that `Request` can express: a method or an address that is not allowed. */
function toRequest(
  { method, target, headers }: Head,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Request | null {
  const url = target.startsWith("/")
    ? `http://${headers.get("host") ?? "localhost"}${target}`
    : target;
  try {
    const isReading = method === "GET" || method === "HEAD";
    return new Request(url, {
      method: isReading ? "GET" : method,
      headers,
      body: isReading ? null : body,
      signal,
    });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
