/**
 * A TCP connection that leaves by a chosen network device (DESIGN 10). On Linux the source address
 * alone does not choose the interface, SO_BINDTODEVICE does, without privileges since 5.7.
 *
 * Theory of operation. Deno can neither bind a socket to a device nor adopt one that is not yet
 * connected (it reads from it at once, which fails as soon as the peer is not on this machine).
 * So the socket is made, bound and connected here, and only then handed over.
 */
import { ConnectPoller } from "./connect_poller.ts";
import { ConnFailed, type ConnFailure } from "./conn_failed.ts";
import { type Libc, openLibc } from "./libc.ts";
import { socketAddress } from "./socket_address.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_BINDTODEVICE = 25;

/** What SO_ERROR says when a connect has failed, by Linux' numbers. */
const FAILURES: ReadonlyMap<number, ConnFailure> = new Map([
  [101, "unreachable"],
  [113, "unreachable"],
  [100, "unreachable"],
  [110, "timedOut"],
  [111, "refused"],
  [104, "reset"],
  [99, "addressGone"],
  [19, "addressGone"],
]);

let poller: ConnectPoller | null = null;

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

/**
 * Connects out of `device`; returns the descriptor of the connected socket, which the caller owns.
 *
 * @throws {ConnFailed} `addressGone` when there is no such device (any more), or why it failed
 */
export async function connectByDevice(
  device: string,
  address: string,
  family: 4 | 6,
  port: number,
  signal: AbortSignal,
): Promise<number> {
  const libc = requireLibc();
  const fd = libc.socket(
    family === 4 ? AF_INET : AF_INET6,
    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
    0,
  );
  if (fd < 0) throw new ConnFailed("other", "Cannot make a socket: no descriptor is left");
  try {
    bindToDevice(libc, fd, device);
    const target = socketAddress(address, family, port);
    libc.connect(fd, target, target.length);
    await established(libc, fd, `${address} port ${port} by ${device}`, signal);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** Another number for the same socket; the first stays open. */
export function duplicateDescriptor(fd: number): number {
  return requireLibc().dup(fd);
}

export function closeDescriptor(fd: number): void {
  requireLibc().close(fd);
}

function bindToDevice(libc: Libc, fd: number, device: string): void {
  const name = new TextEncoder().encode(`${device}\0`);
  if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length) === 0) return;
  throw new ConnFailed("addressGone", `Cannot bind to device ${device}: there is no such device`);
}

/** Waits until the connect that was begun has ended, one way or the other. */
async function established(
  libc: Libc,
  fd: number,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  poller ??= new ConnectPoller(libc);
  await poller.wait(fd, signal);
  const error = new Int32Array(1);
  const length = new Uint8Array(new Uint32Array([4]).buffer);
  libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, new Uint8Array(error.buffer), length);
  const code = error[0] ?? 0;
  const isConnected = code === 0 && hasPeer(libc, fd);
  if (isConnected) return;
  const failure = code === 0 ? "unreachable" : FAILURES.get(code) ?? "other";
  throw new ConnFailed(failure, `Cannot connect to ${where}: ${failure} (${code})`);
}

/** A connect that failed at once, for want of a route, leaves no error but no peer either. */
function hasPeer(libc: Libc, fd: number): boolean {
  const length = new Uint8Array(new Uint32Array([128]).buffer);
  return libc.getpeername(fd, new Uint8Array(128), length) === 0;
}

function requireLibc(): Libc {
  const opened = openLibc();
  if (opened.kind === "available") return opened.libc;
  throw new ConnFailed("other", `Cannot bind to a device: ${opened.reason}`);
}
