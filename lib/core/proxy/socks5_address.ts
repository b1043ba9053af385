/**
 * Addresses as SOCKS5 writes them (RFC 1928, sections 4 to 7): a type, an address in numbers or a
 * name behind its length, and a port.
 */
import { parseIpAddress } from "../access/ip_address.ts";

const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const PORT_BYTES = 2;
const MAX_NAME_BYTES = 255;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes of the longest address: type, length, name, port. */
export const MAX_SOCKS5_ADDRESS_BYTES = 2 + MAX_NAME_BYTES + PORT_BYTES;

export type Socks5Address =
  | { readonly kind: "incomplete" }
  | { readonly kind: "unknownType"; readonly type: number }
  | { readonly kind: "noHost" }
  | {
    readonly kind: "address";
    /** In numbers, IPv6 without brackets, or a name. */
    readonly host: string;
    readonly port: number;
    /** Where in the bytes it ends. */
    readonly end: number;
  };

/** The address that begins at `start`; the bytes may end anywhere. */
export function readSocks5Address(bytes: Uint8Array, start: number): Socks5Address {
  const type = bytes[start];
  if (type === undefined) return { kind: "incomplete" };
  const range = rangeOf(type, start + 1, bytes[start + 1]);
  if (range === "unknown") return { kind: "unknownType", type };
  if (range === "incomplete" || bytes.length < range.end + PORT_BYTES) {
    return { kind: "incomplete" };
  }
  const host = hostOf(type, bytes.subarray(range.first, range.end));
  if (host === null) return { kind: "noHost" };
  const port = (bytes[range.end] ?? 0) << 8 | (bytes[range.end + 1] ?? 0);
  return { kind: "address", host, port, end: range.end + PORT_BYTES };
}

/** Type, address and port; a name that is too long is cut. */
export function writeSocks5Address(host: string, port: number): Uint8Array<ArrayBuffer> {
  const address = parseIpAddress(host.split("%")[0] ?? "");
  const tail = [port >>> 8 & 0xff, port & 0xff];
  if (address === null) {
    const name = new TextEncoder().encode(host).subarray(0, MAX_NAME_BYTES);
    return new Uint8Array([NAME, name.length, ...name, ...tail]);
  }
  const length = address.family === 4 ? 4 : 16;
  const numbers = Array.from(
    { length },
    (_, at) => Number(address.value >> BigInt(8 * (length - 1 - at)) & 0xffn),
  );
  return new Uint8Array([address.family === 4 ? IPV4 : IPV6, ...numbers, ...tail]);
}

function rangeOf(
  type: number,
  first: number,
  length: number | undefined,
): { readonly first: number; readonly end: number } | "incomplete" | "unknown" {
  switch (type) {
    case IPV4:
      return { first, end: first + 4 };
    case IPV6:
      return { first, end: first + 16 };
    case NAME:
      return length === undefined ? "incomplete" : { first: first + 1, end: first + 1 + length };
    default:
      return "unknown";
  }
}

function hostOf(type: number, bytes: Uint8Array): string | null {
  if (type === IPV4) return bytes.join(".");
  if (type === IPV6) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Array.from({ length: 8 }, (_, at) => view.getUint16(2 * at).toString(16)).join(":");
  }
  const name = textOf(bytes);
  if (name === null) return null;
  if (name.includes(":")) return parseIpAddress(name) === null ? null : name;
  return /^[\p{L}\p{N}._-]+$/u.test(name) ? name : null;
}

/** Null: no UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}
