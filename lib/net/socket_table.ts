import { monotonicMs } from "./clock.ts";
import { type Libc, openLibc } from "./libc.ts";
import { familyOf, readSocketAddress, socketAddress } from "./socket_address.ts";

/** Descriptors are looked through up to this one; the limit of most systems. */
const MAX_DESCRIPTOR = 65_536;
/** Descriptors are handed out from below: so many in a row that are no sockets are the end. */
const MAX_GAP = 1_024;
/** So many descriptors after the likely one are tried before all are looked through. */
const NEAR = 32;
/** `struct sockaddr_storage`. */
const ADDRESS_BYTES = 128;
/** Of `struct sockaddr_in`; the one for IPv6 is longer. */
const IPV4_ADDRESS_BYTES = 16;

/** SO_TYPE, and its value for a socket of datagrams. */
const TYPE = Deno.build.os === "darwin" ? { level: 0xffff, name: 0x1008 } : { level: 1, name: 3 };
const SOCK_DGRAM = 2;

/** SO_ACCEPTCONN: whether a socket is a listening one. */
const ACCEPTCONN = Deno.build.os === "darwin" ? { level: 0xffff, name: 2 } : { level: 1, name: 30 };

/** A socket of this process that Deno does not give the descriptor of. */
export interface FoundSocket {
  readonly libc: Libc;
  readonly fd: number;
}

/**
 * Finds a connection by the addresses of both ends, as `formatAddress` writes them. The ports
 * alone would not do: connections with different machines may well have the same two. Null where
 * the C library cannot be called, or there is no such connection. `likely` is the descriptor that
 * it probably has.
 */
export function findConnection(
  local: string,
  remote: string,
  likely?: number,
): FoundSocket | null {
  return find(keyOf(local) + keyOf(remote), likely);
}

/**
 * The same for many connections that are looked for one after the other and can wait: all of them
 * share one look through the descriptors in `SHARED_LOOK_MS`. `later`: it is too early for the next.
 */
export function findConnectionInTurn(
  local: string,
  remote: string,
): FoundSocket | "later" | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const key = keyOf(local) + keyOf(remote);
  const remembered = known.get(key);
  if (remembered !== undefined && identify(opened.libc, remembered) === key) {
    return { libc: opened.libc, fd: remembered };
  }
  const now = monotonicMs();
  if (now < sharedLookAt + SHARED_LOOK_MS) return "later";
  sharedLookAt = now;
  return find(key);
}

/** Looks through all descriptors on behalf of many are so far apart. */
export const SHARED_LOOK_MS = 100;

/** When the last shared look was. */
let sharedLookAt = -Infinity;

/**
 * Finds the connection to `remote`, of which there is only one: a port that is listened on for it
 * alone. `likely` is the descriptor that it probably has. Null as for `findConnection`.
 */
export function findConnectionTo(remote: string, likely: number): FoundSocket | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const { libc } = opened;
  const key = keyOf(remote);
  // node:net makes the socket a moment later: others may have been made in between.
  for (let fd = likely; fd < likely + NEAR; fd++) {
    if (nameOf(libc, "getpeername", fd) === key) return { libc, fd };
  }
  for (const [ends, fd] of lookThrough(libc)) {
    if (ends.endsWith(key) && ends !== key) return { libc, fd };
  }
  return null;
}

/** Finds a listening TCP socket by its address. Null as for `findConnection`. */
export function findListener(local: string): FoundSocket | null {
  return find(keyOf(local));
}

/** Finds a UDP socket that is not connected by its address. Null as for `findConnection`. */
export function findDatagramSocket(local: string, likely: number): FoundSocket | null {
  return find(`udp ${keyOf(local)}`, likely);
}

/** The number that the next descriptor gets, unless a thread is quicker; null without C library. */
export function nextDescriptor(): number | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const next = opened.libc.dup(0);
  opened.libc.close(next);
  return next;
}

/**
 * What the last look through the descriptors found. Looking takes milliseconds when there are
 * thousands, and a session that ends resets all its connections at once; so what is known is
 * tried first. It may have gone stale: whoever takes a descriptor from here asks it again.
 */
let known: ReadonlyMap<string, number> = new Map();

function find(key: string, likely?: number): FoundSocket | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const { libc } = opened;
  if (likely !== undefined) {
    // Others may have been made in between.
    for (let fd = likely; fd < likely + NEAR; fd++) {
      if (identify(libc, fd) === key) return { libc, fd };
    }
  }
  const remembered = known.get(key);
  if (remembered !== undefined) {
    const current = identify(libc, remembered);
    if (current === key) return { libc, fd: remembered };
    if (current === "") return null; // the peer has reset it: there is nothing left to find
  }
  known = lookThrough(libc);
  const fd = known.get(key);
  return fd === undefined ? null : { libc, fd };
}

function lookThrough(libc: Libc): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let last = 3;
  for (let fd = 3; fd < MAX_DESCRIPTOR && fd - last < MAX_GAP; fd++) {
    const key = identify(libc, fd);
    if (key === null) continue;
    last = fd;
    if (key !== "") found.set(key, fd);
  }
  return found;
}

/**
 * The key of a connection, a listening socket or a UDP socket, "" for any other socket, null for no
 * socket.
 */
function identify(libc: Libc, fd: number): string | null {
  const local = nameOf(libc, "getsockname", fd);
  if (local === null) return null;
  const remote = nameOf(libc, "getpeername", fd);
  if (remote !== null) return local + remote;
  if (isListening(libc, fd)) return local;
  return optionOf(libc, fd, TYPE) === SOCK_DGRAM ? `udp ${local}` : "";
}

/** The local end of a socket, as `formatAddress` writes it; null for no socket. */
export function localAddressOf(libc: Libc, fd: number): string | null {
  length[0] = ADDRESS_BYTES;
  if (libc.getsockname(fd, name, lengthBytes) !== 0) return null;
  return readSocketAddress(name.subarray(0, length[0]));
}

const name = new Uint8Array(ADDRESS_BYTES);
const length = new Uint32Array(1);
const lengthBytes = new Uint8Array(length.buffer);

function nameOf(libc: Libc, call: "getsockname" | "getpeername", fd: number): string | null {
  length[0] = ADDRESS_BYTES;
  if (libc[call](fd, name, lengthBytes) !== 0) return null;
  return portAndHost(name.subarray(0, length[0]));
}

function isListening(libc: Libc, fd: number): boolean {
  return optionOf(libc, fd, ACCEPTCONN) !== 0;
}

/** A small option of a socket; 0 when it cannot be had. */
function optionOf(libc: Libc, fd: number, option: { level: number; name: number }): number {
  length[0] = 4;
  name[0] = 0;
  const failed = libc.getsockopt(fd, option.level, option.name, name, lengthBytes) !== 0;
  return failed ? 0 : name[0] ?? 0;
}

function keyOf(address: string): string {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  return portAndHost(
    socketAddress(host, familyOf(host) === 4 ? 4 : 6, Number(address.slice(colon + 1))),
  );
}

/** What tells sockets apart, at the same place of a `struct sockaddr` on Linux and macOS. */
function portAndHost(sockaddr: Uint8Array): string {
  const port = sockaddr.subarray(2, 4);
  const host = sockaddr.length > IPV4_ADDRESS_BYTES
    ? sockaddr.subarray(8, 24)
    : sockaddr.subarray(4, 8);
  return `${port.toHex()}.${host.toHex()} `;
}
