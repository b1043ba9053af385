/**
 * Whether the program at the other end of a connection has gone for good.
 *
 * Theory of operation. Of FIN alone nobody can tell: who says it may be gone, or may have said all
 * that it had to say and wait for the answer. Where both ends are on this machine Linux knows: its
 * table of connections has the other end too, and one that no program holds any more has no inode.
 * And a connection that was reset is found no longer, also where nobody reads it; keepalive gets a
 * host elsewhere to reset the connections that its programs have closed.
 */
import { passOnUnlessSystem } from "../config/system_failure.ts";
import { canDisconnect } from "./disconnect.ts";
import { familyOf, hostOf, plainHost, socketAddress } from "./socket_address.ts";
import { findConnection } from "./socket_table.ts";

/** `unknown`: the other end is elsewhere, or this system does not tell. */
export type PeerDeparture = "left" | "stays" | "unknown";

/** The addresses of both ends, as `formatAddress` writes them. */
export interface ConnectionEnds {
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** The states, in /proc/net/tcp, of an end that has said FIN and got none: FIN_WAIT1 and 2. */
const HAS_ENDED: ReadonlySet<string> = new Set(["04", "05"]);
/** How IPv4 looks to a socket for both families. */
const MAPPED = "0000000000000000FFFF0000";

/** Reading the tables takes milliseconds: those who ask at the same time share it. */
let reading: Promise<string> | null = null;

/** Looks whether the program at the other end has gone. Only TCP connections are ever asked for. */
export async function peerDeparture(ends: ConnectionEnds): Promise<PeerDeparture> {
  if (Deno.build.os !== "linux") return "unknown";
  const { localAddress, remoteAddress } = ends;
  if (canDisconnect() && findConnection(localAddress, remoteAddress) === null) return "left";
  return departureIn(await connections(), ends);
}

/** What a table in the form of /proc/net/tcp or tcp6 says of the other end of a connection. */
export function departureIn(table: string, ends: ConnectionEnds): PeerDeparture {
  // The other end is the one that has our addresses the other way round.
  const [local, remote] = [inTable(ends.remoteAddress), inTable(ends.localAddress)];
  for (const written of [`${local} ${remote}`, `${mapped(local)} ${mapped(remote)}`]) {
    const at = table.indexOf(`: ${written} `);
    if (at < 0) continue;
    const [state = "", , , , , , inode] = table.slice(at + written.length + 3).split(/\s+/, 7);
    return inode === "0" && HAS_ENDED.has(state) ? "left" : "stays";
  }
  return "unknown";
}

function connections(): Promise<string> {
  return reading ??= readTables().finally(() => reading = null);
}

async function readTables(): Promise<string> {
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(readTable));
  return tables.join("");
}

async function readTable(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    passOnUnlessSystem(error); // without IPv6 there is no table of it
    return "";
  }
}

/** `0100007F:1F90`: each word of an address is written as this machine has it in its memory. */
function inTable(address: string): string {
  const host = plainHost(hostOf(address));
  const family = familyOf(host) === 4 ? 4 : 6;
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  const bytes = socketAddress(host, family, port);
  const words = family === 4 ? [4] : [8, 12, 16, 20];
  const written = words.map((at) => bytes.slice(at, at + 4).reverse().toHex()).join("");
  return `${written}:${bytes.subarray(2, 4).toHex()}`.toUpperCase();
}

function mapped(address: string): string {
  return `${MAPPED}${address}`;
}
