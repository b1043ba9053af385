import { type Libc, openLibc } from "./libc.ts";

/** Descriptors are looked through up to this one; the limit of most systems. */
const MAX_DESCRIPTOR = 65_536;
/** Descriptors are handed out from below: so many in a row that are no sockets are the end. */
const MAX_GAP = 1_024;
/** `struct sockaddr_storage`. */
const ADDRESS_BYTES = 128;

/** A socket of this process that Deno does not give the descriptor of. */
export interface FoundSocket {
  readonly libc: Libc;
  readonly fd: number;
}

/**
 * Finds a socket by its ports; `remotePort` null means a listening one. Null where the C library
 * cannot be called, or there is no such socket.
 */
export function findSocket(localPort: number, remotePort: number | null): FoundSocket | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const { libc } = opened;
  const address = new Uint8Array(ADDRESS_BYTES);
  const length = new Uint32Array(1);
  const lengthBytes = new Uint8Array(length.buffer);
  const portFrom = (name: "getsockname" | "getpeername", fd: number): number | null => {
    length[0] = ADDRESS_BYTES;
    if (libc[name](fd, address, lengthBytes) !== 0) return null;
    return (address[2] ?? 0) << 8 | (address[3] ?? 0);
  };
  let last = 3;
  for (let fd = 3; fd < MAX_DESCRIPTOR && fd - last < MAX_GAP; fd++) {
    const port = portFrom("getsockname", fd);
    if (port !== null) last = fd;
    if (port === localPort && portFrom("getpeername", fd) === remotePort) return { libc, fd };
  }
  return null;
}
