/**
 * Whether the program at the other end of a connection of which nobody has read has gone for good.
 *
 * Theory of operation. Of FIN alone nobody can tell: who says it may be gone, or may have said all
 * that it had to say and wait for the answer. Only who says it without ever having said a word
 * waits for nothing. Where both ends are on this machine Linux knows: its
 * table of connections has the other end too, and one that no program holds any more has no inode.
 * And a connection that was reset is in no table any more, also where nobody reads it; keepalive
 * gets a host elsewhere to reset the connections that its programs have closed.
 */
import { passOnUnlessSystem } from "../config/system_failure.ts";
import { familyOf, hostOf, plainHost, socketAddress } from "./socket_address.ts";

/**
 * `leftWords`: it has gone, and has said something before; `unknown`: the other end is elsewhere,
 * or this system does not tell.
 */
export type PeerDeparture = "left" | "leftWords" | "stays" | "unknown";

/** The addresses of both ends, as `formatAddress` writes them. */
export interface ConnectionEnds {
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** One end that is on this machine. */
interface End {
  /** Whether a program holds it. */
  readonly holder: "held" | "orphaned";
  /** What has come to it: the other end's FIN, and whether there are bytes that nobody has read. */
  readonly heard: "nothing" | "words" | "end" | "wordsAndEnd";
}

/** Each connection, from either end that is on this machine. */
export type ConnectionTable = ReadonlyMap<string, End>;

/** The states, in /proc/net/tcp, of an end that has said FIN and got none: FIN_WAIT1 and 2. */
const HAS_ENDED: ReadonlySet<string> = new Set(["04", "05"]);
/** The state of an end to which FIN has come, and which has not said it. */
const HAS_HEARD_END = "08";
/** How IPv4 looks to a socket for both families. */
const MAPPED = "0000000000000000FFFF0000";
/**
 * A line has the address of this end, that of the other, the state, what is to be sent and to be
 * read, and among others the inode.
 */
const LINE =
  /: ([\dA-F]+:[\dA-F]+) ([\dA-F]+:[\dA-F]+) (\w\w) [\dA-F]+:([\dA-F]+) \S+ \S+ +\d+ +\d+ (\d+)/g;

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
  const own = table.get(`${local} ${remote}`);
  const other = table.get(`${remote} ${local}`);
  if (other !== undefined) {
    if (other.holder === "held") return "stays";
    return own?.heard.startsWith("words") === true ? "leftWords" : "left";
  }
  if (own === undefined) return "reset";
  return own.heard === "end" ? "left" : "unknown";
}

/** Reads the form of /proc/net/tcp and tcp6, one behind the other. */
export function parseConnections(text: string): ConnectionTable {
  const table = new Map<string, End>();
  for (const [, local = "", remote = "", state = "", unread = "", inode] of text.matchAll(LINE)) {
    const holder = inode === "0" && HAS_ENDED.has(state) ? "orphaned" : "held";
    const heard = heardOf(state, parseInt(unread, 16));
    table.set(`${unmapped(local)} ${unmapped(remote)}`, { holder, heard });
  }
  return table;
}

/** FIN counts as a byte that is to be read. */
function heardOf(state: string, unread: number): End["heard"] {
  if (state === HAS_HEARD_END) return unread > 1 ? "wordsAndEnd" : "end";
  return unread > 0 ? "words" : "nothing";
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
