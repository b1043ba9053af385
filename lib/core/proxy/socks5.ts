/**
 * SOCKS5 (RFC 1928) as a server speaks it, without authentication: it is offered on this machine.
 *
 * Theory of operation. The client says which methods it knows, is told one, says what it wants,
 * is told what became of it, and from then on the connection is its own. Both readers look at all
 * bytes that came so far and say how many they took, so that they may come in any pieces.
 */
import { unreachable } from "../exhaustive.ts";
import type { ProxyOutcome } from "./proxy_outcome.ts";
import {
  MAX_SOCKS5_ADDRESS_BYTES,
  readSocks5Address,
  writeSocks5Address,
} from "./socks5_address.ts";

/** More bytes than any request has: whoever sent so many without one sends something else. */
export const MAX_SOCKS5_BYTES = 2 + 255 + 3 + MAX_SOCKS5_ADDRESS_BYTES;

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

/** RFC 1928, section 4: version, command, reserved, address. */
export function readSocks5Request(bytes: Uint8Array): Socks5Request {
  const [version, command, , type] = bytes;
  if (version === undefined) return { kind: "incomplete" };
  if (version !== VERSION) return malformed(strangerOf(version), "failed");
  if (command === undefined || type === undefined) return { kind: "incomplete" };
  const name = COMMANDS[command - 1];
  if (name === undefined) return malformed(`there is no command ${command}`, "unknownCommand");
  const address = readSocks5Address(bytes, 3);
  switch (address.kind) {
    case "incomplete":
      return { kind: "incomplete" };
    case "unknownType":
      return malformed(`there is no address type ${address.type}`, "unknownAddressType");
    case "noHost":
      return malformed("the name is empty or no text", "failed");
    case "address": {
      const { host, port, end } = address;
      return { kind: "request", command: name, host, port, bytes: end };
    }
    default:
      return unreachable(address);
  }
}

/**
 * RFC 1928, section 6. `bound`: where the relay takes datagrams, for ASSOCIATE; a client of CONNECT
 * needs no address.
 */
export function socks5Reply(
  reply: Socks5Reply,
  bound: { readonly host: string; readonly port: number } = { host: "0.0.0.0", port: 0 },
): Uint8Array<ArrayBuffer> {
  const address = writeSocks5Address(bound.host, bound.port);
  return new Uint8Array([VERSION, REPLIES[reply], 0, ...address]);
}

function malformed(reason: string, reply: Socks5Reply): Socks5Request {
  return { kind: "malformed", reason, reply };
}

function strangerOf(version: number): string {
  return version === 4 ? "it is SOCKS4: use SOCKS5" : "it is not SOCKS5";
}
