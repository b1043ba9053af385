import { parseIpAddress } from "../core/access/ip_address.ts";

/** `ip:port`, with an IPv6 address in brackets. */
export function formatAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The host of what `formatAddress` wrote. */
export function hostOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf(":"))).replace(/^\[(.*)\]$/, "$1");
}

/**
 * A host in numbers in one way of writing, to compare by: without a zone, and IPv4 as itself where
 * a socket for both families shows it as `::ffff:192.0.2.7`.
 */
export function plainHost(host: string): string {
  const address = parseIpAddress(host.split("%")[0] ?? "");
  if (address === null) return host;
  const isMapped = address.family === 6 && address.value >> 32n === 0xffffn;
  if (address.family === 4 || isMapped) {
    const value = Number(BigInt.asUintN(32, address.value));
    return [value >>> 24, value >>> 16 & 0xff, value >>> 8 & 0xff, value & 0xff].join(".");
  }
  return new URL(`http://[${host.split("%")[0]}]`).hostname.slice(1, -1);
}

/** An address for people and logs: IPv4 as itself, however the socket that it came to shows it. */
export function shownAddress(address: string): string {
  const host = hostOf(address);
  const plain = plainHost(host);
  return plain === host || plain.includes(":")
    ? address
    : plain + address.slice(address.lastIndexOf(":"));
}

/** The text of a Deno address; only TCP is ever asked. */
export function addressOf(address: Deno.Addr): string {
  return "hostname" in address ? formatAddress(address.hostname, address.port) : "";
}

/** 4 or 6 for an address in numbers, null for a name. */
export function familyOf(host: string): 4 | 6 | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return 4;
  return host.includes(":") ? 6 : null;
}

/** `struct sockaddr_in` or `sockaddr_in6` of Linux. */
export function socketAddress(
  address: string,
  family: 4 | 6,
  port: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(family === 4 ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family === 4 ? 2 : 10, true);
  view.setUint16(2, port);
  if (family === 4) bytes.set(address.split(".").map(Number), 4);
  else groupsOf(address).forEach((group, index) => view.setUint16(8 + 2 * index, group));
  return bytes;
}

/** The text of a `struct sockaddr_in` or `sockaddr_in6`. */
export function readSocketAddress(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const port = view.getUint16(2);
  if (bytes.length <= 16) return formatAddress(bytes.subarray(4, 8).join("."), port);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(8 + 2 * index));
  const host = new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`).hostname;
  return `${host}:${port}`;
}

/** The eight groups of an IPv6 address; an IPv4 address at its end counts for two. */
function groupsOf(address: string): number[] {
  const plain = address.split("%")[0]?.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (...match) => {
    const [a, b, c, d] = match.slice(1, 5).map(Number);
    return `${((a ?? 0) << 8 | (b ?? 0)).toString(16)}:${((c ?? 0) << 8 | (d ?? 0)).toString(16)}`;
  }) ?? "";
  const [head = "", tail] = plain.split("::");
  const parse = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const front = parse(head);
  const back = tail === undefined ? [] : parse(tail);
  const gap = tail === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...new Array<number>(gap).fill(0), ...back];
}
