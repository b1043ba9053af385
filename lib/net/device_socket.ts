/**
 * TCP connections that leave by a chosen network device. On macOS and Windows the source address
 * selects the interface; on Linux it does not: SO_BINDTODEVICE does, without privileges since 5.7.
 *
 * Theory of operation. Deno connects a socket in the same breath as it makes it: there is no
 * moment to bind it. But Linux lets a TCP socket be disconnected and connected again. So Deno
 * begins to connect one to a port of ours on loopback that never answers; that one is disconnected,
 * bound to the device and connected to where it is to go, and Deno, which still waits, gets a
 * connection of its own with all that it can do. It has to be a port that does not answer: Linux
 * would keep the round trip on loopback as the smallest that the connection ever had, and compute
 * with it. See docs/decisions/0007.
 */
import { Socket } from "node:net";
import {
  beginAnswered,
  BegunSocket,
  connectAnswered,
  type DeviceConn,
  type Redirection,
  socketNotFound,
} from "./answered_device_socket.ts";
import { monotonicMs } from "./clock.ts";
import { ConnFailed, toConnFailed } from "./conn_failed.ts";
import { type Libc, openLibc } from "./libc.ts";
import { immediately } from "./next_turn.ts";
import type { ResolvedAddress } from "./resolve.ts";
import { SilentListener, SilentListeners } from "./silent_listener.ts";
import { prepareLink } from "./link_socket.ts";
import { addressOf, formatAddress, socketAddress } from "./socket_address.ts";
import { settled } from "./socket_settled.ts";
import {
  findConnectionTo,
  findNearConnectionTo,
  type FoundSocket,
  localAddressOf,
  nextDescriptor,
} from "./socket_table.ts";
import { tcpInfoOf } from "./tcp_info.ts";

const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;
const IPPROTO_TCP = 6;
const TCP_MAXSEG = 2;
/** Connecting to this, AF_UNSPEC, disconnects. */
const NOWHERE = new Uint8Array(16);
/** Deno has made the socket at once, node:net a turn of the event loop later. */
const TURNS_TO_APPEAR = 512;
/** Once in so many turns the socket is looked for among all descriptors, which takes a while. */
const FAR_LOOK_TURNS = 8;

export type DeviceBinding =
  | { readonly kind: "available" }
  | { readonly kind: "unavailable"; readonly reason: string };

/** Whether sockets can be bound to a device here, and if not, why. */
export function deviceBinding(): DeviceBinding {
  if (Deno.build.os !== "linux") {
    return {
      kind: "unavailable",
      reason: `on ${Deno.build.os} the source address selects the interface`,
    };
  }
  const opened = openLibc();
  return opened.kind === "available"
    ? { kind: "available" }
    : { kind: "unavailable", reason: `the C library cannot be called: ${opened.reason}` };
}

/** Where a connection is to go, and by which way. */
export interface DeviceTarget {
  readonly device: string;
  readonly resolved: ResolvedAddress;
  readonly port: number;
  /** So much payload goes into one packet at most, both ways; null: as much as the device takes. */
  readonly segmentBytes: number | null;
}

/**
 * Connects out of a device.
 *
 * @throws {ConnFailed} `addressGone` when there is no such device (any more), or why it failed
 */
export async function connectByDevice(
  target: DeviceTarget,
  signal: AbortSignal,
): Promise<DeviceConn> {
  const { libc, redirection } = prepare(target);
  signal.throwIfAborted();
  try {
    const silent = await listeners[redirection.family].borrow();
    if (silent === null) return await connectAnswered(libc, noted(redirection), signal);
    const conn = await connectSilently(silent, redirection, signal);
    const { remoteAddress } = redirection;
    return { conn, ends: { localAddress: addressOf(conn.localAddr), remoteAddress } };
  } catch (error) {
    signal.throwIfAborted();
    throw explain(error, target);
  }
}

/**
 * The same for a socket of node:net. A `BegunSocket` has only begun to connect: what is written to
 * it waits for the connection, and fails as that fails.
 *
 * @throws {ConnFailed} as `connectByDevice`
 */
export async function nodeSocketByDevice(
  target: DeviceTarget,
  signal: AbortSignal,
): Promise<Socket | BegunSocket> {
  const { redirection } = prepare(target);
  const { family } = redirection;
  signal.throwIfAborted();
  try {
    const silent = await listeners[family].borrow();
    if (silent === null) return await beginAnswered(noted(redirection), signal);
    // Without allowHalfOpen, node:net ends the output as soon as the peer ends its own.
    const socket = new Socket({ allowHalfOpen: true });
    socket.pause(); // who secures it reads
    await begin(
      silent,
      redirection,
      ({ host, port }) =>
        settled(socket, "connect", signal, () => socket.connect({ host, port, family })),
    );
    return socket;
  } catch (error) {
    signal.throwIfAborted();
    throw explain(error, target);
  }
}

const listeners = {
  4: new SilentListeners(() => SilentListener.open(4), monotonicMs),
  6: new SilentListeners(() => SilentListener.open(6), monotonicMs),
} as const;

/** Why connections by a device were last made in the second best way; null: they were not. */
let shortcoming: string | null = null;

/** Why some connections by a device begin with a round trip that is not theirs; null: none do. */
export function deviceShortcoming(): string | null {
  return shortcoming;
}

function noted(redirection: Redirection): Redirection {
  shortcoming = "there is no port on loopback that never answers";
  return redirection;
}

/**
 * `Deno.connect` is not given the signal: called off in the moment in which the connection comes,
 * it forgets the connection and never closes it. To disconnect the socket ends it as well.
 */
async function connectSilently(
  silent: SilentListener,
  redirection: Redirection,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const { host, port } = silent;
  let drop = () => {};
  const redirect = (socket: FoundSocket) => {
    redirection.redirect(socket);
    const local = localAddressOf(socket.libc, socket.fd);
    drop = () => {
      // When it has failed already, its descriptor may be another's.
      if (local === null || localAddressOf(socket.libc, socket.fd) !== local) return;
      socket.libc.connect(socket.fd, NOWHERE, NOWHERE.length);
    };
    if (signal.aborted) drop();
  };
  const onAbort = () => drop();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const conn = await begin(
      silent,
      { ...redirection, redirect },
      () => Deno.connect({ hostname: host, port }),
    );
    if (signal.aborted) conn.close();
    signal.throwIfAborted();
    return conn;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Lets `start` connect to a port that does not answer, and redirects what it has made. */
async function begin<Made>(
  silent: SilentListener,
  redirection: Redirection,
  start: (silent: SilentListener) => Promise<Made>,
): Promise<Made> {
  const family = listeners[redirection.family];
  let wasSilent = false;
  const likely = nextDescriptor() ?? 0;
  const making = start(silent);
  const attempt = { state: "making" as "making" | "over" };
  const over = () => {
    attempt.state = "over";
  };
  making.then(over, over);
  try {
    for (let turn = 0; attempt.state === "making"; turn++) {
      const found = findBegun(silent.name, likely, turn);
      if (found !== null) {
        // Nothing else may run between these.
        wasSilent = tcpInfoOf(found)?.state === "connecting";
        redirection.redirect(found);
        break;
      }
      if (turn === TURNS_TO_APPEAR) throw socketNotFound();
      await immediately();
    }
  } finally {
    if (wasSilent) family.giveBack(silent);
    else family.retire(silent); // it refuses from now on, which ends what perhaps waits for it
    if (!wasSilent && attempt.state === "making") noteAnswer();
  }
  return await making;
}

function findBegun(name: string, likely: number, turn: number): FoundSocket | null {
  const isFar = turn % FAR_LOOK_TURNS === FAR_LOOK_TURNS - 1;
  return isFar ? findConnectionTo(name, likely) : findNearConnectionTo(name, likely);
}

function noteAnswer(): void {
  shortcoming = "a port on loopback that was to be silent has answered";
}

/** @throws {ConnFailed} the C library cannot be called */
function prepare(target: DeviceTarget): { libc: Libc; redirection: Redirection } {
  const { device, port, segmentBytes } = target;
  const { address, family } = target.resolved;
  const libc = requireLibc();
  const sockaddr = socketAddress(address, family, port);
  const redirect = ({ fd }: FoundSocket) => {
    libc.connect(fd, NOWHERE, NOWHERE.length);
    bindToDevice(libc, fd, device);
    prepareLink({ libc, fd });
    if (segmentBytes !== null) limitSegments(libc, fd, segmentBytes);
    libc.connect(fd, sockaddr, sockaddr.length);
  };
  const remoteAddress = formatAddress(address, port);
  return { libc, redirection: { family, remoteAddress, redirect } };
}

/** @throws {ConnFailed} `addressGone`: there is no such device */
export function bindToDevice(libc: Libc, fd: number, device: string): void {
  const name = new TextEncoder().encode(`${device}\0`);
  if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length) === 0) return;
  throw new ConnFailed("addressGone", `Cannot bind to device ${device}: there is no such device`);
}

/** Before it connects: the other end is told, and sends no larger segments either. */
function limitSegments(libc: Libc, fd: number, bytes: number): void {
  const value = new Uint8Array(new Int32Array([bytes]).buffer);
  libc.setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, value, value.length);
}

/**
 * A socket for whose target there is no route is not connected: what is then known of it is that
 * it was disconnected. Nothing else gives this failure while a connection is being made.
 */
function explain(cause: unknown, { device, resolved, port }: DeviceTarget): ConnFailed {
  const action = `connect to ${formatAddress(resolved.address, port)} by ${device}`;
  const failed = toConnFailed(cause, action);
  const hasNoRoute = cause instanceof Deno.errors.BrokenPipe || !(cause instanceof ConnFailed) &&
      failed.code === "reset";
  if (!hasNoRoute) return failed;
  return new ConnFailed("unreachable", `Cannot ${action}: there is no route`, { cause });
}

function requireLibc(): Libc {
  const opened = openLibc();
  if (opened.kind === "available") return opened.libc;
  throw new ConnFailed("other", `Cannot bind to a device: ${opened.reason}`);
}
