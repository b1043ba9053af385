/**
 * Whether the program at the other end of a connection has gone for good.
 *
 * Theory of operation. Of FIN alone nobody can tell: who says it may be gone, or may have said all
 * that it had to say and wait for the answer. Where both ends are on this machine Linux knows: its
 * table of connections has the other end too, and one that no program holds any more has no inode.
 * And a connection that was reset is in no table any more, also where nobody reads it; keepalive
 * gets a host elsewhere to reset the connections that its programs have closed.
 */
import { passOnUnlessSystem } from "../config/system_failure.ts";
import { familyOf, hostOf, plainHost, socketAddress } from "./socket_address.ts";

/** `unknown`: the other end is elsewhere, or this system does not tell. */
export type PeerDeparture = "left" | "stays" | "unknown";

/** The addresses of both ends, as `formatAddress` writes them. */
export interface ConnectionEnds {
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** Each connection, from either end that is on this machine: whether a program holds that end. */
export type ConnectionTable = ReadonlyMap<string, "held" | "orphaned">;

/** The states, in /proc/net/tcp, of an end that has said FIN and got none: FIN_WAIT1 and 2. */
const HAS_ENDED: ReadonlySet<string> = new Set(["04", "05"]);
/** How IPv4 looks to a socket for both families. */
const MAPPED = "0000000000000000FFFF0000";
/** A line has the address of this end, that of the other, the state, and among others the inode. */
const LINE = /: ([\dA-F]+:[\dA-F]+) ([\dA-F]+:[\dA-F]+) (\w\w) \S+ \S+ \S+ +\d+ +\d+ (\d+)/g;

/** Reading the tables takes milliseconds: those who ask at the same time share it. */
let reading: Promise<ConnectionTable> | null = null;

/** Looks whether the program at the other end has gone. Only TCP connections are ever asked for. */
export async function peerDeparture(ends: ConnectionEnds): Promise<PeerDeparture> {
  if (Deno.build.os !== "linux") return "unknown";
  const first = departureIn(await connections(), ends);
  if (first !== "reset") return first;
  // The table changes while it is read, and a line may be missed: hardly twice.
  const second = departureIn(await connections(), ends);
  return second === "reset" ? "left" : second;
}

/** What the tables say; `reset`: they do not have this end either. */
export function departureIn(
  table: ConnectionTable,
  { localAddress, remoteAddress }: ConnectionEnds,
): PeerDeparture | "reset" {
  if (table.size === 0) return "unknown";
  const [local, remote] = [inTable(localAddress), inTable(remoteAddress)];
  const other = table.get(`${remote} ${local}`);
  if (other !== undefined) return other === "orphaned" ? "left" : "stays";
  return table.has(`${local} ${remote}`) ? "unknown" : "reset";
}

/** Reads the form of /proc/net/tcp and tcp6, one behind the other. */
export function parseConnections(text: string): ConnectionTable {
  const table = new Map<string, "held" | "orphaned">();
  for (const [, local = "", remote = "", state = "", inode] of text.matchAll(LINE)) {
    const isOrphaned = inode === "0" && HAS_ENDED.has(state);
    table.set(`${unmapped(local)} ${unmapped(remote)}`, isOrphaned ? "orphaned" : "held");
  }
  return table;
}

function connections(): Promise<ConnectionTable> {
  return reading ??= readConnections().finally(() => reading = null);
}

async function readConnections(): Promise<ConnectionTable> {
  const texts = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(readText));
  return parseConnections(texts.join(""));
}

async function readText(path: string): Promise<string> {
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

function unmapped(address: string): string {
  return address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
}
