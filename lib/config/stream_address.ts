import { formatHostPort, type HostPort } from "./host_port.ts";
import { shownValue } from "./shown_value.ts";

/** A Unix socket. */
export interface UnixPath {
  readonly path: string;
}

/** Where streams come in or go: a TCP port, or a Unix socket. */
export type StreamAddress = HostPort | UnixPath;

export function isUnixPath(address: StreamAddress): address is UnixPath {
  return "path" in address;
}

/** `struct sockaddr_un` of Linux has 108 bytes with the zero at the end, that of macOS 104. */
const MAX_PATH_BYTES = 103;
const SCHEME = "unix:";

/**
 * Reads `unix:/run/x.sock`, or what `parseTcp` reads.
 *
 * @throws {TypeError} the text is neither
 */
export function parseStreamAddress(
  text: string,
  parseTcp: (text: string) => HostPort,
): StreamAddress {
  if (!text.startsWith(SCHEME)) return parseTcp(text);
  const path = text.slice(SCHEME.length);
  if (Deno.build.os === "windows") {
    throw new TypeError(`${shownValue(text)} cannot be used on Windows: write HOST:PORT`);
  }
  if (!path.startsWith("/")) {
    throw new TypeError(`${shownValue(text)} is no whole path: write unix:/run/x.sock`);
  }
  if (new TextEncoder().encode(path).length > MAX_PATH_BYTES || path.includes("\0")) {
    throw new TypeError(`${shownValue(text)} is too long: ${MAX_PATH_BYTES} bytes are the most`);
  }
  return { path };
}

/** The text that `parseStreamAddress` reads. */
export function formatStreamAddress(address: StreamAddress): string {
  return isUnixPath(address) ? `${SCHEME}${address.path}` : formatHostPort(address);
}
