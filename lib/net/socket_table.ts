import { monotonicMs } from "./clock.ts";
import { descriptorLimit, visitDescriptors } from "./descriptor_limit.ts";
import { type Libc, openLibc } from "./libc.ts";
import { familyOf, readSocketAddress, socketAddress } from "./socket_address.ts";

/** Descriptors are looked through up to this one where no limit is known. */
const MAX_DESCRIPTOR = 65_536;
/** So many descriptors beside the likely one are tried before all are looked through. */
const NEAR = 32;
/** `struct sockaddr_storage`. */
const ADDRESS_BYTES = 128;
/** Of `struct sockaddr_in`, and of the one for IPv6. */
const IPV4_ADDRESS_BYTES = 16;
const IPV6_ADDRESS_BYTES = 28;

/** SO_TYPE, and its value for a socket of datagrams. */
const TYPE = Deno.build.os === "darwin" ? { level: 0xffff, name: 0x1008 } : { level: 1, name: 3 };
const SOCK_DGRAM = 2;

/** SO_ACCEPTCONN: whether a socket is a listening one. */
const ACCEPTCONN = Deno.build.os === "darwin" ? { level: 0xffff, name: 2 } : { level: 1, name: 30 };

/** SO_PEERNAME of Linux, which unlike `getpeername` does not wait until the connection is there. */
const PEER_NAME = Deno.build.os === "linux" ? { level: 1, name: 28 } : null;

/** A socket of this process that Deno does not give the descriptor of. */
export interface FoundSocket {
  readonly libc: Libc;
  readonly fd: number;
}

/** What is known of a socket that is looked for. */
export interface SocketHint {
  /** The descriptor that it probably has. */
  readonly likely?: number | undefined;
  /** When it was there for certain, by `monotonicMs`: if a later look has not seen it, it is gone. */
  readonly since?: number | undefined;
}

/**
 * Finds a connection by the addresses of both ends, as `formatAddress` writes them. The ports
 * alone would not do: connections with different machines may well have the same two. Null where
 * the C library cannot be called, or there is no such connection.
 */
export function findConnection(
  local: string,
  remote: string,
  hint: SocketHint = {},
): FoundSocket | null {
  return find(keyOf(local) + keyOf(remote), hint);
}

/**
 * The same for many connections that are looked for one after the other and can wait: all of them
 * share one look through the descriptors in `SHARED_LOOK_MS`. `later`: it is too early for the next.
 */
export function findConnectionInTurn(
  local: string,
  remote: string,
  since: number,
): FoundSocket | "later" | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const key = keyOf(local) + keyOf(remote);
  const found = findKnown(opened.libc, key, { since });
  if (found !== "unknown") return found;
  return monotonicMs() < knownAt + SHARED_LOOK_MS ? "later" : findAnew(opened.libc, key);
}

/** Looks through all descriptors on behalf of many are so far apart. */
export const SHARED_LOOK_MS = 100;

/**
 * Finds the connection to `remote`, of which there is only one: a port that is listened on for it
 * alone. It may still be waiting for an answer (Linux only). `likely` is the descriptor that it
 * probably has. Null as for `findConnection`.
 */
export function findConnectionTo(remote: string, likely: number): FoundSocket | null {
  const near = findNearConnectionTo(remote, likely);
  const opened = openLibc();
  if (near !== null || opened.kind !== "available") return near;
  const { libc } = opened;
  const key = keyOf(remote);
  // When a thousand are made at once, one look finds them all.
  const seen = knownByRemote.get(key);
  if (seen !== undefined && targetOf(libc, seen) === key) return { libc, fd: seen };
  lookThrough(libc);
  const fd = knownByRemote.get(key);
  return fd === undefined ? null : { libc, fd };
}

/** The same, but it looks only where one that was made just now is. */
export function findNearConnectionTo(remote: string, likely: number): FoundSocket | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const { libc } = opened;
  const key = keyOf(remote);
  // node:net makes the socket a moment later: others may have been made in between.
  for (let fd = likely; fd < likely + NEAR; fd++) {
    if (targetOf(libc, fd) === key) return { libc, fd };
  }
  return null;
}

/** Finds a listening TCP socket by its address. Null as for `findConnection`. */
export function findListener(local: string): FoundSocket | null {
  return find(keyOf(local));
}

/** Finds a UDP socket that is not connected by its address. Null as for `findConnection`. */
export function findDatagramSocket(local: string, likely: number): FoundSocket | null {
  return find(`udp ${keyOf(local)}`, { likely });
}

/** The number that the next descriptor gets, unless a thread is quicker; null without C library. */
export function nextDescriptor(): number | null {
  const opened = openLibc();
  return opened.kind === "available" ? nextOf(opened.libc) : null;
}

function nextOf(libc: Libc): number {
  const next = libc.dup(0);
  libc.close(next);
  return next;
}

/**
 * What the last look through the descriptors found, and when it was. Looking takes milliseconds
 * when there are thousands, and a session that ends resets all its connections at once; so what is
 * known is tried first. It may have gone stale: whoever takes a descriptor from here asks it again.
 */
const known = new Map<string, number>();
/** The connections among them by their other end alone. */
const knownByRemote = new Map<string, number>();
let knownAt = -Infinity;

function find(key: string, hint: SocketHint = {}): FoundSocket | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const { libc } = opened;
  const found = findKnown(libc, key, hint);
  return found === "unknown" ? findNew(libc, key) ?? findAnew(libc, key) : found;
}

/** Looks where the socket is likely to be; null: it is gone. */
function findKnown(
  libc: Libc,
  key: string,
  { likely, since = Infinity }: SocketHint,
): FoundSocket | "unknown" | null {
  // Others may have been made in between.
  const found = likely === undefined ? null : findAmong(libc, key, likely);
  if (found !== null) return found;
  const remembered = known.get(key);
  if (remembered !== undefined) {
    const current = identify(libc, remembered);
    if (current === key) return { libc, fd: remembered };
    if (current === "") return null; // the peer has reset it: there is nothing left to find
  }
  return since < knownAt ? null : "unknown";
}

/** What has just been opened is right below the next descriptor, or a little further. */
function findNew(libc: Libc, key: string): FoundSocket | null {
  return findAmong(libc, key, Math.max(0, nextOf(libc) - NEAR));
}

function findAmong(libc: Libc, key: string, first: number): FoundSocket | null {
  for (let fd = first; fd < first + NEAR; fd++) if (identify(libc, fd) === key) return { libc, fd };
  return null;
}

function findAnew(libc: Libc, key: string): FoundSocket | null {
  lookThrough(libc);
  const fd = known.get(key);
  return fd === undefined ? null : { libc, fd };
}

function lookThrough(libc: Libc): void {
  known.clear();
  knownByRemote.clear();
  knownAt = monotonicMs();
  visitDescriptors(libc, descriptorLimit() ?? MAX_DESCRIPTOR, (fd) => {
    const { local, remote } = endsOf(libc, fd);
    const target = remote ?? (local === null ? null : targetOf(libc, fd));
    if (target !== null) knownByRemote.set(target, fd);
    const key = keyOfSocket(libc, fd, { local, remote });
    if (key !== null && key !== "") known.set(key, fd);
  });
}

/** How both ends of a descriptor tell sockets apart; null: there is none. */
interface Ends {
  readonly local: string | null;
  readonly remote: string | null;
}

function endsOf(libc: Libc, fd: number): Ends {
  const local = nameOf(libc, "getsockname", fd);
  return { local, remote: local === null ? null : nameOf(libc, "getpeername", fd) };
}

/**
 * The key of a connection, a listening socket or a UDP socket, "" for any other socket, null for no
 * socket.
 */
function identify(libc: Libc, fd: number): string | null {
  return keyOfSocket(libc, fd, endsOf(libc, fd));
}

function keyOfSocket(libc: Libc, fd: number, { local, remote }: Ends): string | null {
  if (local === null) return null;
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

/** Where a socket is connected, or begins to be, of which `getpeername` says nothing yet. */
function targetOf(libc: Libc, fd: number): string | null {
  if (PEER_NAME === null) return nameOf(libc, "getpeername", fd);
  length[0] = IPV6_ADDRESS_BYTES; // with room for more it says nothing
  if (libc.getsockopt(fd, PEER_NAME.level, PEER_NAME.name, name, lengthBytes) === 0) {
    return portAndHost(name.subarray(0, length[0]));
  }
  length[0] = IPV4_ADDRESS_BYTES;
  if (libc.getsockopt(fd, PEER_NAME.level, PEER_NAME.name, name, lengthBytes) !== 0) return null;
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
