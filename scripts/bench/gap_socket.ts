/**
 * Sockets of the C library for the ends of the handover benchmark: the same program speaks TCP and
 * MPTCP, and waits in `poll` only, so that no event loop is part of what it measures.
 */
const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  poll: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const libc = Deno.dlopen("libc.so.6", SYMBOLS).symbols;

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const IPPROTO_MPTCP = 262;
const SOL_MPTCP = 284;
const MPTCP_INFO = 1;
const MPTCP_INFO_BYTES = 96;
const MPTCP_INFO_FLAGS_OFFSET = 8;
const MPTCP_FALLBACK_FLAG = 1;
const POLLIN = 1;
const POLLFD_BYTES = 8;
const MSG_NOSIGNAL_DONTWAIT = 0x4040;
const BACKLOG = 16;

export type GapProtocol = "tcp" | "mptcp";

function made(result: number, action: string): number {
  if (result < 0) throw new Error(`Cannot ${action}: the C library says no`);
  return result;
}

function address(host: string, port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint16(0, AF_INET, true);
  new DataView(bytes.buffer).setUint16(2, port);
  bytes.set(host.split(".").map(Number), 4);
  return bytes;
}

function open(protocol: GapProtocol): number {
  const number = protocol === "mptcp" ? IPPROTO_MPTCP : IPPROTO_TCP;
  return made(libc.socket(AF_INET, SOCK_STREAM, number), `open a socket of ${protocol}`);
}

function setOne(fd: number, level: number, option: number): void {
  made(
    libc.setsockopt(fd, level, option, new Uint8Array([1, 0, 0, 0]), 4),
    "set an option of a socket",
  );
}

/** @throws Error when there is no such protocol, or nobody answers */
export function dial(protocol: GapProtocol, host: string, port: number): number {
  const fd = open(protocol);
  setOne(fd, IPPROTO_TCP, TCP_NODELAY);
  made(libc.connect(fd, address(host, port), 16), `connect to ${host}:${port}`);
  return fd;
}

export function listenOn(protocol: GapProtocol, port: number): number {
  const fd = open(protocol);
  setOne(fd, SOL_SOCKET, SO_REUSEADDR);
  made(libc.bind(fd, address("0.0.0.0", port), 16), `bind to ${port}`);
  made(libc.listen(fd, BACKLOG), `listen on ${port}`);
  return fd;
}

export function acceptFrom(listener: number): number {
  const fd = made(libc.accept(listener, null, null), "accept a connection");
  setOne(fd, IPPROTO_TCP, TCP_NODELAY);
  return fd;
}

/** Which of the descriptors can be read, after at most so many ms (-1: for ever). */
export function readable(fds: readonly number[], limitMs: number): readonly number[] {
  const places = new DataView(new ArrayBuffer(fds.length * POLLFD_BYTES));
  fds.forEach((fd, index) => {
    places.setInt32(index * POLLFD_BYTES, fd, true);
    places.setInt16(index * POLLFD_BYTES + 4, POLLIN, true);
  });
  libc.poll(new Uint8Array(places.buffer), fds.length, limitMs);
  return fds.filter((_, index) => places.getInt16(index * POLLFD_BYTES + 6, true) !== 0);
}

/** Reads what is there; null at the end, also at one by an error. */
export function receive(fd: number, into: Uint8Array<ArrayBuffer>): number | null {
  const count = libc.recv(fd, into, into.length, 0);
  return count > 0 ? count : null;
}

/** Reads of a descriptor that is no socket. */
export function readFrom(fd: number, into: Uint8Array<ArrayBuffer>): number {
  return libc.read(fd, into, into.length);
}

/** Sends without waiting; how many bytes were taken, 0 if there is no room. */
export function send(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  return Math.max(0, libc.send(fd, bytes, bytes.length, MSG_NOSIGNAL_DONTWAIT));
}

export function close(fd: number): void {
  libc.close(fd);
}

/** How many further ways an MPTCP connection has; null if it is, or has become, plain TCP. */
export function furtherSubflows(fd: number): number | null {
  const info = new Uint8Array(MPTCP_INFO_BYTES);
  const length = new Uint8Array(new Uint32Array([MPTCP_INFO_BYTES]).buffer);
  if (libc.getsockopt(fd, SOL_MPTCP, MPTCP_INFO, info, length) < 0) return null;
  const flags = new DataView(info.buffer).getUint32(MPTCP_INFO_FLAGS_OFFSET, true);
  return (flags & MPTCP_FALLBACK_FLAG) !== 0 ? null : info[0] ?? null;
}
