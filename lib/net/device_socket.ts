/**
 * A TCP socket that leaves by a chosen network device (DESIGN 10). On Linux the source address
 * alone does not choose the interface, SO_BINDTODEVICE does, without privileges since 5.7.
 */
import { ConnFailed } from "./conn_failed.ts";
import { type Libc, openLibc } from "./libc.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;

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
 * A non-blocking socket bound to `device`, as a descriptor that the caller owns.
 *
 * @throws {ConnFailed} `addressGone` when there is no such device (any more)
 */
export function createDeviceSocket(device: string, family: 4 | 6): number {
  const libc = requireLibc();
  const fd = libc.socket(
    family === 4 ? AF_INET : AF_INET6,
    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
    0,
  );
  if (fd < 0) throw new ConnFailed("other", "Cannot make a socket: no descriptor is left");
  const name = new TextEncoder().encode(`${device}\0`);
  if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length) !== 0) {
    libc.close(fd);
    throw new ConnFailed("addressGone", `Cannot bind to device ${device}: there is no such device`);
  }
  return fd;
}

/** Another number for the same socket; the first stays open. */
export function duplicateDescriptor(fd: number): number {
  return requireLibc().dup(fd);
}

export function closeDescriptor(fd: number): void {
  requireLibc().close(fd);
}

function requireLibc(): Libc {
  const opened = openLibc();
  if (opened.kind === "available") return opened.libc;
  throw new ConnFailed("other", `Cannot bind to a device: ${opened.reason}`);
}
