/**
 * HTTP CONNECT (RFC 9110, section 9.3.6) as a proxy speaks it.
 *
 * Theory of operation. The request is a line and fields up to an empty line; what it asks for is
 * opened; the answer is a status, and after 200 the connection is the client's own. Only CONNECT is
 * understood: other requests would need an HTTP proxy, and none that keeps what it relays secret.
 */
import { MAX_HOST_BYTES } from "../wire/message.ts";
import type { ProxyOutcome } from "./proxy_outcome.ts";

/** The most that a request may have before its empty line. */
export const MAX_HTTP_HEAD_BYTES = 8 * 1024;

export type HttpConnectRequest =
  | { readonly kind: "incomplete" }
  | { readonly kind: "malformed"; readonly status: 400 | 405 | 431; readonly reason: string }
  | {
    readonly kind: "request";
    /** What stands behind CONNECT, as it is. */
    readonly target: string;
    /** Names in lower case; of a field that is repeated, the last. */
    readonly fields: ReadonlyMap<string, string>;
    readonly bytes: number;
  };

const STATUS = {
  opened: [200, "Connection established"],
  notAllowed: [403, "Forbidden"],
  nameUnknown: [502, "Bad Gateway"],
  refused: [502, "Bad Gateway"],
  unreachable: [502, "Bad Gateway"],
  failed: [502, "Bad Gateway"],
  timedOut: [504, "Gateway Timeout"],
} as const satisfies Record<ProxyOutcome, readonly [number, string]>;

const REASONS: Readonly<Record<Exclude<ProxyOutcome, "opened">, string>> = {
  notAllowed: "SNAPT does not allow this destination",
  nameUnknown: "SNAPT cannot resolve the name",
  refused: "nobody listens there",
  unreachable: "SNAPT cannot reach it",
  failed: "the connection failed",
  timedOut: "there was no answer in time",
};

/** Reads the head of a request out of all bytes that came so far. */
export function readHttpConnect(bytes: Uint8Array): HttpConnectRequest {
  const text = asciiOf(bytes.subarray(0, MAX_HTTP_HEAD_BYTES));
  const firstLine = text.slice(0, text.indexOf("\n") < 0 ? undefined : text.indexOf("\n"));
  if (!isMethodStart(firstLine)) return malformed(400, "this is no HTTP request");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) {
    return bytes.length < MAX_HTTP_HEAD_BYTES
      ? { kind: "incomplete" }
      : malformed(431, `a request has at most ${MAX_HTTP_HEAD_BYTES} bytes before its empty line`);
  }
  const [line = "", ...rest] = text.slice(0, end).split("\r\n");
  const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line);
  if (match === null) return malformed(400, "this is no HTTP request");
  if (match[1] !== "CONNECT") return malformed(405, "only CONNECT is understood here");
  const fields = new Map<string, string>();
  for (const field of rest) {
    const colon = field.indexOf(":");
    if (colon <= 0) return malformed(400, "a header field has no name");
    fields.set(field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim());
  }
  return { kind: "request", target: match[2] ?? "", fields, bytes: end + 4 };
}

/** The host and port of a CONNECT request; null when it has none. */
export function readAuthority(target: string): { host: string; port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(target);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) return null;
  const host = match[1] ?? match[2] ?? "";
  return encode(host).length > MAX_HOST_BYTES ? null : { host, port };
}

/** The answer to a request that was understood. */
export function httpOutcome(outcome: ProxyOutcome): Uint8Array<ArrayBuffer> {
  const [status, phrase] = STATUS[outcome];
  if (outcome === "opened") return encode(`HTTP/1.1 ${status} ${phrase}\r\n\r\n`);
  return httpError(status, phrase, REASONS[outcome]);
}

/** An answer that ends the connection, with the reason as its body. */
export function httpError(
  status: number,
  phrase: string,
  reason: string,
): Uint8Array<ArrayBuffer> {
  const body = `${reason}\n`;
  const length = encode(body).length;
  const allow = status === 405 ? "Allow: CONNECT\r\n" : "";
  return encode(
    `HTTP/1.1 ${status} ${phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${length}\r\n${allow}Connection: close\r\n\r\n${body}`,
  );
}

function malformed(status: 400 | 405 | 431, reason: string): HttpConnectRequest {
  return { kind: "malformed", status, reason };
}

/** A request is known by its first letters, long before its line is whole. */
function isMethodStart(line: string): boolean {
  return /^[A-Z]{0,16}( |$)/.test(line.replace(/\r$/, ""));
}

function asciiOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
