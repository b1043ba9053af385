/**
 * The datagrams between an application and the UDP relay of SOCKS5 (RFC 1928, section 7).
 *
 *     reserved(2) fragment(1) address payload
 *
 * In both directions the address is the far end's: where the payload is to go, or came from.
 * Fragments are not put together, which the RFC allows: such datagrams are dropped.
 */
import { unreachable } from "../exhaustive.ts";
import { readSocks5Address, writeSocks5Address } from "./socks5_address.ts";

const ADDRESS_AT = 3;
const WHOLE = 0;

export type Socks5Datagram =
  | { readonly kind: "fragment" }
  | { readonly kind: "malformed"; readonly reason: string }
  | {
    readonly kind: "datagram";
    /** In numbers, IPv6 without brackets, or a name. */
    readonly host: string;
    readonly port: number;
    /** A part of the bytes, not a copy. */
    readonly payload: Uint8Array;
  };

/** What an application wants sent. */
export function readSocks5Datagram(bytes: Uint8Array): Socks5Datagram {
  if (bytes.length <= ADDRESS_AT) return malformed("it ends within its head");
  if (bytes[0] !== 0 || bytes[1] !== 0) return malformed("it does not begin with two zero bytes");
  if (bytes[2] !== WHOLE) return { kind: "fragment" };
  const address = readSocks5Address(bytes, ADDRESS_AT);
  switch (address.kind) {
    case "incomplete":
      return malformed("it ends within its head");
    case "unknownType":
      return malformed(`there is no address type ${address.type}`);
    case "noHost":
      return malformed("the name is empty or no text");
    case "address": {
      const { host, port, end } = address;
      if (port === 0) return malformed("there is no port 0");
      return { kind: "datagram", host, port, payload: bytes.subarray(end) };
    }
    default:
      return unreachable(address);
  }
}

/** What stands before the payload that came from `host` (see `readSocks5Datagram`). */
export function socks5DatagramHead(host: string, port: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0, 0, WHOLE, ...writeSocks5Address(host, port)]);
}

function malformed(reason: string): Socks5Datagram {
  return { kind: "malformed", reason };
}
