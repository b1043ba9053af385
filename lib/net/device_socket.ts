/**
 * TCP connections that leave by a chosen network device. On macOS and Windows the source address
 * selects the interface; on Linux it does not: SO_BINDTODEVICE does, without privileges since 5.7.
 *
 * Theory of operation. Deno connects a socket in the same breath as it makes it: there is no
 * moment to bind it. But Linux lets a TCP socket be disconnected and connected again. So Deno
 * connects one to a listener of ours on loopback; that one is disconnected, bound to the device and
 * connected to where it is to go, and stays a connection of Deno's own with all that it can do.
 * See docs/decisions/0007.
 */
import { Socket } from "node:net";
import type { ResolvedAddress } from "./resolve.ts";
import { ConnFailed, toConnFailed } from "./conn_failed.ts";
import type { ConnEnds } from "./deno_conn.ts";
import { type Libc, openLibc } from "./libc.ts";
import { formatAddress, socketAddress } from "./socket_address.ts";
import { settled } from "./socket_settled.ts";
import {
  findConnection,
  findConnectionTo,
  localAddressOf,
  nextDescriptor,
} from "./socket_table.ts";
import { tcpInfoOf } from "./tcp_info.ts";

const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;
/** Connecting to this, AF_UNSPEC, disconnects. */
const NOWHERE = new Uint8Array(16);
const NOTHING = new Uint8Array(0);
const LOOPBACK = { 4: "127.0.0.1", 6: "::1" } as const;

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

/** A connection by a device. Deno itself still believes in the ends of the one on loopback. */
export interface DeviceConn {
  readonly conn: Deno.TcpConn;
  readonly ends: ConnEnds;
}

/**
 * Connects out of `device`.
 *
 * @throws {ConnFailed} `addressGone` when there is no such device (any more), or why it failed
 */
export async function connectByDevice(
  device: string,
  { address, family }: ResolvedAddress,
  port: number,
  signal: AbortSignal,
): Promise<DeviceConn> {
  const libc = requireLibc();
  signal.throwIfAborted();
  const { conn, fd } = await connectElsewhere(
    libc,
    device,
    socketAddress(address, family, port),
    family,
  );
  const onAbort = () => libc.connect(fd, NOWHERE, NOWHERE.length);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted(); // nobody listened while the socket was made
    // To write nothing waits until the connection is there, and fails as it fails.
    await conn.write(NOTHING);
    signal.throwIfAborted();
    const localAddress = localAddressOf(libc, fd) ?? "";
    return { conn, ends: { localAddress, remoteAddress: formatAddress(address, port) } };
  } catch (error) {
    conn.close();
    signal.throwIfAborted();
    throw explain(error, `connect to ${formatAddress(address, port)} by ${device}`);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** A socket that has begun to connect, and knows in the end whether the other end ever answered. */
export class BegunSocket extends Socket {
  #wasAnswered: () => boolean = () => true;
  #answer: "unknown" | "some" | "none" = "unknown";

  /** To be asked when it is destroyed. */
  get answer(): "unknown" | "some" | "none" {
    return this.#answer;
  }

  watch(wasAnswered: () => boolean): void {
    this.#wasAnswered = wasAnswered;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#answer = this.#wasAnswered() ? "some" : "none";
    super._destroy(error, callback);
  }
}

/**
 * A socket of node:net that has begun to connect out of `device`: what is written to it waits for
 * the connection, and fails as that fails. Its addresses are not to be asked for before.
 *
 * @throws {ConnFailed} `addressGone`: there is no such device (any more)
 */
export async function beginByDevice(
  device: string,
  { address, family }: ResolvedAddress,
  port: number,
  signal: AbortSignal,
): Promise<BegunSocket> {
  const libc = requireLibc();
  const target = socketAddress(address, family, port);
  using listener = Deno.listen({ hostname: LOOPBACK[family], port: 0 });
  const likely = nextDescriptor() ?? 0;
  // Without allowHalfOpen, node:net ends the output as soon as the peer ends its own.
  const socket = new BegunSocket({ allowHalfOpen: true });
  socket.pause(); // it must not read from the first connection, which ends at once
  const here = { host: LOOPBACK[family], port: listener.addr.port, family };
  await settled(socket, "connect", signal, () => socket.connect(here));
  try {
    const found = findConnectionTo(formatAddress(here.host, here.port), likely);
    if (found === null) throw socketNotFound();
    libc.connect(found.fd, NOWHERE, NOWHERE.length);
    bindToDevice(libc, found.fd, device);
    libc.connect(found.fd, target, target.length);
    socket.watch(() => tcpInfoOf(found)?.wasAnswered ?? true);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Begins to connect; nothing else may run between the first connection and the second. */
async function connectElsewhere(
  libc: Libc,
  device: string,
  target: Uint8Array<ArrayBuffer>,
  family: 4 | 6,
): Promise<{ conn: Deno.TcpConn; fd: number }> {
  using listener = Deno.listen({ hostname: LOOPBACK[family], port: 0 });
  const likely = nextDescriptor() ?? 0;
  const conn = await Deno.connect({ hostname: LOOPBACK[family], port: listener.addr.port });
  try {
    const fd = descriptorOf(conn, likely);
    libc.connect(fd, NOWHERE, NOWHERE.length);
    bindToDevice(libc, fd, device);
    // It cannot be told whether this failed at once. If so, the socket stays without a peer.
    libc.connect(fd, target, target.length);
    return { conn, fd };
  } catch (error) {
    conn.close();
    throw error;
  }
}

function descriptorOf({ localAddr, remoteAddr }: Deno.TcpConn, likely: number): number {
  const found = findConnection(
    formatAddress(localAddr.hostname, localAddr.port),
    formatAddress(remoteAddr.hostname, remoteAddr.port),
    { likely },
  );
  if (found !== null) return found.fd;
  throw socketNotFound();
}

function socketNotFound(): ConnFailed {
  return new ConnFailed("other", "Cannot bind to a device: the socket was not found");
}

/** @throws {ConnFailed} `addressGone`: there is no such device */
export function bindToDevice(libc: Libc, fd: number, device: string): void {
  const name = new TextEncoder().encode(`${device}\0`);
  if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length) === 0) return;
  throw new ConnFailed("addressGone", `Cannot bind to device ${device}: there is no such device`);
}

/** A socket for whose target there is no route is not connected, and nothing else is known. */
function explain(cause: unknown, action: string): ConnFailed {
  if (!(cause instanceof Deno.errors.BrokenPipe)) return toConnFailed(cause, action);
  return new ConnFailed("unreachable", `Cannot ${action}: there is no route`, { cause });
}

function requireLibc(): Libc {
  const opened = openLibc();
  if (opened.kind === "available") return opened.libc;
  throw new ConnFailed("other", `Cannot bind to a device: ${opened.reason}`);
}
