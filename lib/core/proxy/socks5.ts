/**
 * SOCKS5 (RFC 1928) as a server speaks it, without authentication: it is offered on this machine.
 *
 * Theory of operation. The client says which methods it knows, is told one, says what it wants,
 * is told what became of it, and from then on the connection is its own. Both readers look at all
 * bytes that came so far and say how many they took, so that they may come in any pieces.
 */
import type { ProxyOutcome } from "./proxy_outcome.ts";

/** More bytes than any request has: whoever sent so many without one sends something else. */
export const MAX_SOCKS5_BYTES = 3 + 255 + 4 + 256 + 2;

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const COMMANDS = ["connect", "bind", "associate"] as const;

export type Socks5Greeting =
  | { readonly kind: "incomplete" }
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "greeting"; readonly isAcceptable: boolean; readonly bytes: number };

export type Socks5Request =
  | { readonly kind: "incomplete" }
  | { readonly kind: "malformed"; readonly reason: string; readonly reply: Socks5Reply }
  | {
    readonly kind: "request";
    readonly command: typeof COMMANDS[number];
    /** In numbers, IPv6 without brackets, or a name. */
    readonly host: string;
    readonly port: number;
    readonly bytes: number;
  };

/** RFC 1928, section 6. */
const REPLIES = {
  opened: 0,
  failed: 1,
  notAllowed: 2,
  unreachable: 3,
  nameUnknown: 4,
  refused: 5,
  timedOut: 6,
  unknownCommand: 7,
  unknownAddressType: 8,
} as const satisfies Record<ProxyOutcome | "unknownCommand" | "unknownAddressType", number>;
export type Socks5Reply = keyof typeof REPLIES;

/** RFC 1928, section 3: version, count, methods. */
export function readSocks5Greeting(bytes: Uint8Array): Socks5Greeting {
  const [version, count] = bytes;
  if (version === undefined) return { kind: "incomplete" };
  if (version !== VERSION) return { kind: "malformed", reason: strangerOf(version) };
  if (count === undefined || bytes.length < 2 + count) return { kind: "incomplete" };
  const isAcceptable = bytes.subarray(2, 2 + count).includes(NO_AUTHENTICATION);
  return { kind: "greeting", isAcceptable, bytes: 2 + count };
}

/** The answer to a greeting; after a refusal the client hangs up. */
export function socks5Method(isAcceptable: boolean): Uint8Array<ArrayBuffer> {
  return new Uint8Array([VERSION, isAcceptable ? NO_AUTHENTICATION : 0xff]);
}

/** RFC 1928, section 4: version, command, reserved, address type, address, port. */
export function readSocks5Request(bytes: Uint8Array): Socks5Request {
  const [version, command, , type, length] = bytes;
  if (version === undefined) return { kind: "incomplete" };
  if (version !== VERSION) return malformed(strangerOf(version), "failed");
  if (command === undefined || type === undefined) return { kind: "incomplete" };
  const name = COMMANDS[command - 1];
  if (name === undefined) return malformed(`there is no command ${command}`, "unknownCommand");
  const address = addressRange(type, length);
  if (address === "unknown") {
    return malformed(`there is no address type ${type}`, "unknownAddressType");
  }
  if (address === "incomplete" || bytes.length < address.end + 2) return { kind: "incomplete" };
  const host = hostOf(type, bytes.subarray(address.start, address.end));
  if (host === null) return malformed("the name is empty or no text", "failed");
  const port = new DataView(bytes.buffer, bytes.byteOffset).getUint16(address.end);
  return { kind: "request", command: name, host, port, bytes: address.end + 2 };
}

/** RFC 1928, section 6, with the address that a client of CONNECT does not need. */
export function socks5Reply(reply: Socks5Reply): Uint8Array<ArrayBuffer> {
  return new Uint8Array([VERSION, REPLIES[reply], 0, 1, 0, 0, 0, 0, 0, 0]);
}

function malformed(reason: string, reply: Socks5Reply): Socks5Request {
  return { kind: "malformed", reason, reply };
}

function strangerOf(version: number): string {
  return version === 4 ? "it is SOCKS4: use SOCKS5" : "it is not SOCKS5";
}

const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

function addressRange(
  type: number,
  length: number | undefined,
): { readonly start: number; readonly end: number } | "incomplete" | "unknown" {
  switch (type) {
    case IPV4:
      return { start: 4, end: 8 };
    case IPV6:
      return { start: 4, end: 20 };
    case NAME:
      return length === undefined ? "incomplete" : { start: 5, end: 5 + length };
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
  try {
    const name = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /^[\p{L}\p{N}._:-]+$/u.test(name) ? name : null;
  } catch {
    return null;
  }
}
