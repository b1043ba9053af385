import { shownValue } from "./shown_value.ts";

/** A host, name or address in numbers without brackets, and a TCP port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** RFC 1035, section 2.3.4: no name is longer. */
const MAX_HOST = 253;
const WANTED_HOST =
  "write a name, an address such as 192.0.2.7, or an IPv6 address such as [2001:db8::7]";

/**
 * Reads `HOST:PORT`, `[::1]:PORT`, or `:PORT` for all addresses: where to listen.
 *
 * @throws {TypeError} the text is none of these
 */
export function parseHostPort(text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text.trim());
  if (match === null) {
    throw new TypeError(
      `${shownValue(text)} is no address: write HOST:PORT, such as 127.0.0.1:22 or [::1]:22`,
    );
  }
  const port = Number(match[3]);
  if (port > 65_535) {
    throw new TypeError(`${shownValue(text)} has no valid port: ports go up to 65535`);
  }
  const host = match[1] ?? match[2] ?? "";
  if (!isHost(host)) throw new TypeError(`${shownValue(text)} has no valid host: ${WANTED_HOST}`);
  return { host: host === "" ? "::" : host, port };
}

/** What a name that cannot be resolved would only show when it is dialled. */
function isHost(host: string): boolean {
  if (host === "") return true;
  if (host.length > MAX_HOST) return false;
  if (host.includes(":")) return URL.canParse(`http://[${host.replace(/%.*/, "")}]/`);
  return /^[\d.]+$/.test(host) ? isNumericAddress(host) : /^[\p{L}\p{N}._-]+$/u.test(host);
}

/**
 * Like `parseHostPort`, for where to connect to: with a host and a port of its own.
 *
 * @throws {TypeError} the text does not say where to connect to
 */
export function parseTarget(text: string): HostPort {
  const target = parseHostPort(text);
  if (isAnyAddress(target.host)) {
    throw new TypeError(`${shownValue(text)} does not say which machine: write HOST:PORT`);
  }
  if (target.port === 0) throw new TypeError(`${shownValue(text)} has no valid port: 0 is none`);
  return target;
}

/**
 * Like `parseTarget`, where the port may be left out, and then the brackets of an IPv6 address.
 * `usualPort`: the one that is meant then; 0: it has to be said.
 *
 * @throws {TypeError} the text does not say where to connect to
 */
export function parseTargetOrHost(text: string, usualPort: number): HostPort {
  const where = text.trim();
  const isBareIPv6 = where.split(":").length > 2 && !where.startsWith("[");
  const hasPort = !isBareIPv6 && where.replace(/^\[[^\]]*\]/, "").includes(":");
  if (hasPort || where === "" || usualPort === 0) return parseTarget(where);
  return parseTarget(`${isBareIPv6 ? `[${where}]` : where}:${usualPort}`);
}

/** Whether a host stands for all addresses of a machine. */
export function isAnyAddress(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]*:[0:]*$/.test(host);
}

/** Whether the text is an address in numbers, not a name. */
export function isNumericAddress(host: string): boolean {
  if (/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[\w.-]+)?$/.test(host)) return true;
  const parts = host.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** The text that `parseHostPort` reads. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
