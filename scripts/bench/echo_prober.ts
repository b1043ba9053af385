/**
 * A 64-byte message every 10 ms and its echo, over TCP or MPTCP, as a process of its own:
 *
 *     serve PROTOCOL PORT              sends everything back; prints `ready`
 *     probe PROTOCOL HOST PORT MS      prints `ready` when it goes on well, and at the end what came
 *
 * Theory of operation. Deno has no sockets of MPTCP (RFC 8684), so the C library is called: one
 * loop, woken by poll(2), for all that is measured, so that nothing differs but what is measured.
 * The gap is the longest time between two arrivals; every message is numbered and checked.
 */
const MESSAGE_BYTES = 64;
const INTERVAL_MS = 10;
/** So many echoes say that the path is well. */
const WELL_COUNT = 100;
const AF_INET = 2;
const SOCK_STREAM = 1;
const IPPROTO_TCP = 6;
const IPPROTO_MPTCP = 262;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const TCP_NODELAY = 1;
const POLLIN = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const ON = new Uint8Array(new Int32Array([1]).buffer);

const libc = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i64" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i64" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
}).symbols;

function openSocket(protocol: string): number {
  const fd = libc.socket(AF_INET, SOCK_STREAM, protocol === "mptcp" ? IPPROTO_MPTCP : IPPROTO_TCP);
  if (fd < 0) throw new Error(`Cannot open a socket of ${protocol}: the system has none`);
  libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON, ON.length);
  libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ON, ON.length);
  return fd;
}

/** `struct sockaddr_in`. */
function addressOf(host: string, port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  new Uint16Array(bytes.buffer)[0] = AF_INET;
  bytes.set([port >> 8, port & 0xff, ...host.split(".").map(Number)], 2);
  return bytes;
}

/** Which of `fds` have something to read within `ms`. */
function readable(fds: readonly number[], ms: number): readonly number[] {
  const entries = new Int32Array(fds.length * 2);
  const bytes = new Uint8Array(entries.buffer);
  for (const [index, fd] of fds.entries()) {
    entries[index * 2] = fd;
    bytes[index * 8 + 4] = POLLIN;
  }
  if (libc.poll(bytes, BigInt(fds.length), ms) <= 0) return [];
  return fds.filter((_, index) => bytes[index * 8 + 6] !== 0);
}

function serve(protocol: string, port: number): void {
  const listener = openSocket(protocol);
  const at = addressOf("0.0.0.0", port);
  if (libc.bind(listener, at, at.length) < 0 || libc.listen(listener, 16) < 0) {
    throw new Error(`Cannot listen on ${port}: the port is taken`);
  }
  console.log("ready");
  const clients = new Set<number>();
  const buffer = new Uint8Array(65_536);
  for (;;) {
    for (const fd of readable([listener, ...clients], 1_000)) {
      if (fd === listener) {
        const client = libc.accept(listener, null, null);
        if (client < 0) continue;
        libc.setsockopt(client, IPPROTO_TCP, TCP_NODELAY, ON, ON.length);
        clients.add(client);
        continue;
      }
      const count = Number(libc.recv(fd, buffer, BigInt(buffer.length), MSG_DONTWAIT));
      const sent = count <= 0
        ? count
        : Number(libc.send(fd, buffer, BigInt(count), MSG_DONTWAIT | MSG_NOSIGNAL));
      if (sent === count && count > 0) continue;
      libc.close(fd);
      clients.delete(fd);
    }
  }
}

/** What was seen of the echo. */
interface Seen {
  longest: number;
  arrived: number;
  /** How many ms ago the last one came, at the end. */
  silentFor: number;
  end: "whole" | "broken";
}

function probe(protocol: string, host: string, port: number, ms: number): Seen {
  const fd = openSocket(protocol);
  const to = addressOf(host, port);
  if (libc.connect(fd, to, to.length) < 0) throw new Error(`Cannot reach ${host}:${port}`);
  const seen: Seen = { longest: 0, arrived: 0, silentFor: 0, end: "whole" };
  const message = new Uint8Array(MESSAGE_BYTES);
  const number = new DataView(message.buffer);
  const buffer = new Uint8Array(65_536);
  let partial = new Uint8Array(0);
  let sent = 0;
  let nextAt = performance.now();
  let lastAt = nextAt;
  let endAt = Infinity;
  for (let now = nextAt; now < endAt && seen.end === "whole"; now = performance.now()) {
    if (now >= nextAt) {
      number.setUint32(0, sent);
      const count = libc.send(fd, message, BigInt(MESSAGE_BYTES), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (Number(count) === MESSAGE_BYTES) sent += 1;
      nextAt = Math.max(nextAt + INTERVAL_MS, now);
    }
    if (readable([fd], Math.max(1, Math.floor(nextAt - now))).length === 0) continue;
    const count = Number(libc.recv(fd, buffer, BigInt(buffer.length), MSG_DONTWAIT));
    if (count <= 0) {
      seen.end = "broken";
      break;
    }
    const at = performance.now();
    const all = new Uint8Array(partial.length + count);
    all.set(partial);
    all.set(buffer.subarray(0, count), partial.length);
    const whole = Math.floor(all.length / MESSAGE_BYTES);
    for (let index = 0; index < whole; index++) {
      const got = new DataView(all.buffer, index * MESSAGE_BYTES).getUint32(0);
      if (got !== seen.arrived) throw new Error(`Message ${got} came, ${seen.arrived} was due`);
      seen.arrived += 1;
    }
    partial = all.slice(whole * MESSAGE_BYTES);
    if (whole === 0) continue;
    if (endAt < Infinity) seen.longest = Math.max(seen.longest, at - lastAt);
    lastAt = at;
    if (seen.arrived >= WELL_COUNT && endAt === Infinity) {
      endAt = at + ms;
      console.log("ready");
    }
  }
  seen.silentFor = performance.now() - lastAt;
  libc.close(fd);
  return seen;
}

const [mode, protocol = "tcp", ...rest] = Deno.args;
if (mode === "serve") serve(protocol, Number(rest[0]));
else {
  const [host = "", port = "", ms = ""] = rest;
  console.log(JSON.stringify(probe(protocol, host, Number(port), Number(ms))));
}
