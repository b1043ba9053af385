/**
 * The second best way to a socket that is bound to a device, for where no port stays silent: Deno
 * connects it to a listener of ours on loopback that does answer. Linux then keeps the round trip on
 * loopback as the smallest that the connection ever had, from which some ways of congestion control
 * (BBR) compute far too small a window for the first ten seconds.
 */
import { Socket } from "node:net";
import type { ConnEnds } from "./deno_conn.ts";
import { ConnFailed } from "./conn_failed.ts";
import type { Libc } from "./libc.ts";
import { formatAddress } from "./socket_address.ts";
import { settled } from "./socket_settled.ts";
import {
  findConnection,
  findConnectionTo,
  type FoundSocket,
  localAddressOf,
  nextDescriptor,
} from "./socket_table.ts";
import { tcpInfoOf } from "./tcp_info.ts";

const NOTHING = new Uint8Array(0);
/** Connecting to this, AF_UNSPEC, disconnects. */
const NOWHERE = new Uint8Array(16);
const LOOPBACK = { 4: "127.0.0.1", 6: "::1" } as const;

/** Where a connection is to go once it is there. */
export interface Redirection {
  readonly family: 4 | 6;
  /** The address where it is to go, as `formatAddress` writes it. */
  readonly remoteAddress: string;
  /**
   * Disconnects the socket and begins to connect it where it is to go.
   *
   * @throws {ConnFailed} `addressGone`: there is no such device
   */
  redirect(socket: FoundSocket): void;
}

/** A connection of which Deno itself still believes in the ends of the one on loopback. */
export interface DeviceConn {
  readonly conn: Deno.TcpConn;
  readonly ends: ConnEnds;
}

/** @throws the system's reason why it is not there; BrokenPipe: there is no route */
export async function connectAnswered(
  libc: Libc,
  { family, remoteAddress, redirect }: Redirection,
  signal: AbortSignal,
): Promise<DeviceConn> {
  const { conn, fd } = await connectElsewhere(libc, family, redirect);
  const onAbort = () => libc.connect(fd, NOWHERE, NOWHERE.length);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted(); // nobody listened while the socket was made
    // To write nothing waits until the connection is there, and fails as it fails.
    await conn.write(NOTHING);
    signal.throwIfAborted();
    return { conn, ends: { localAddress: localAddressOf(libc, fd) ?? "", remoteAddress } };
  } catch (error) {
    conn.close();
    signal.throwIfAborted();
    throw error;
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
 * A socket of node:net that has begun to connect: what is written to it waits for the connection,
 * and fails as that fails. Its addresses are not to be asked for before.
 */
export async function beginAnswered(
  { family, redirect }: Redirection,
  signal: AbortSignal,
): Promise<BegunSocket> {
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
    redirect(found);
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
  family: 4 | 6,
  redirect: (socket: FoundSocket) => void,
): Promise<{ conn: Deno.TcpConn; fd: number }> {
  using listener = Deno.listen({ hostname: LOOPBACK[family], port: 0 });
  const likely = nextDescriptor() ?? 0;
  const conn = await Deno.connect({ hostname: LOOPBACK[family], port: listener.addr.port });
  try {
    const fd = descriptorOf(conn, likely);
    // It cannot be told whether this failed at once. If so, the socket stays without a peer.
    redirect({ libc, fd });
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

/** What is thrown when Deno's socket is not among the descriptors. */
export function socketNotFound(): ConnFailed {
  return new ConnFailed("other", "Cannot bind to a device: the socket was not found");
}
