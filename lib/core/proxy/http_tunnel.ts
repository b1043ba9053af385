/**
 * HTTP CONNECT (RFC 9110, section 9.3.6) as the client of a proxy speaks it.
 *
 * Theory of operation. The request names where the tunnel leads to; the answer is a status line and
 * fields up to an empty line. After 2xx the connection is the tunnel, and what follows the empty
 * line comes from its other end; anything else is a refusal, and its body is of no interest.
 */

/** Where a tunnel leads to, and what the proxy is told of who asks. */
export interface TunnelRequest {
  readonly host: string;
  readonly port: number;
  /** For `Proxy-Authorization`; null: nothing is said. */
  readonly authorization: string | null;
}

/** The most that an answer may have before its empty line. */
export const MAX_ANSWER_HEAD_BYTES = 16 * 1024;

export type TunnelAnswer =
  | { readonly kind: "incomplete" }
  /** It speaks something else than HTTP. */
  | { readonly kind: "malformed" }
  | { readonly kind: "refused"; readonly status: number }
  /** `bytes`: what comes after so many is the tunnel's. */
  | { readonly kind: "opened"; readonly bytes: number };

export function encodeTunnelRequest(
  { host, port, authorization }: TunnelRequest,
): Uint8Array<ArrayBuffer> {
  const authority = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const credentials = authorization === null ? "" : `Proxy-Authorization: ${authorization}\r\n`;
  return new TextEncoder().encode(
    `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`,
  );
}

/** Reads the answer out of all bytes that came so far. */
export function readTunnelAnswer(bytes: Uint8Array): TunnelAnswer {
  let text = "";
  for (const byte of bytes.subarray(0, MAX_ANSWER_HEAD_BYTES)) text += String.fromCharCode(byte);
  const begin = "HTTP/1.";
  if (!text.startsWith(begin.slice(0, text.length))) return { kind: "malformed" };
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) {
    return { kind: bytes.length < MAX_ANSWER_HEAD_BYTES ? "incomplete" : "malformed" };
  }
  const match = /^HTTP\/1\.[01] (\d{3})(?: [^\r\n]*)?(?:\r\n|$)/.exec(text.slice(0, end));
  if (match === null) return { kind: "malformed" };
  const status = Number(match[1]);
  return status >= 200 && status < 300
    ? { kind: "opened", bytes: end + 4 }
    : { kind: "refused", status };
}
