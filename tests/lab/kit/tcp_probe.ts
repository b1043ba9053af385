/**
 * `tcp_probe.ts HOST PORT [--source ADDRESS] [--device INTERFACE] [--limit MS]`: opens one TCP
 * connection with plain calls of the C library, sends one byte and waits for its echo; prints what
 * happened as a line of JSON (`ProbeResult`). It shows the kernel's behaviour, independently of how
 * the product binds its sockets.
 */
import { parseArgs } from "node:util";

/** What became of the attempt. */
export type ProbeResult =
  | { readonly kind: "echoed"; readonly connectMs: number; readonly echoMs: number }
  | { readonly kind: "failed"; readonly step: string; readonly errno: number };

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
const SO_BINDTODEVICE = 25;
const ADDRESS_BYTES = 16;

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
});

function probe(args: string[]): ProbeResult {
  const { values, positionals: [host = "", port = "0"] } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      source: { type: "string" },
      device: { type: "string" },
      limit: { type: "string", default: "2000" },
    },
  });
  const fd = libc.socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return failed("socket");
  const limit = timeValue(Number(values.limit));
  libc.setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, limit, limit.length);
  libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, limit, limit.length);
  if (values.device !== undefined) {
    const name = new TextEncoder().encode(`${values.device}\0`);
    if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length) < 0) {
      return failed("SO_BINDTODEVICE");
    }
  }
  if (
    values.source !== undefined && libc.bind(fd, address(values.source, 0), ADDRESS_BYTES) < 0
  ) return failed("bind");
  const startMs = performance.now();
  if (libc.connect(fd, address(host, Number(port)), ADDRESS_BYTES) < 0) return failed("connect");
  const connectedMs = performance.now();
  const byte = new Uint8Array([7]);
  if (libc.send(fd, byte, 1, 0) !== 1) return failed("send");
  if (libc.recv(fd, byte, 1, 0) !== 1) return failed("recv");
  return {
    kind: "echoed",
    connectMs: connectedMs - startMs,
    echoMs: performance.now() - connectedMs,
  };
}

function failed(step: string): ProbeResult {
  const place = libc.__errno_location();
  const errno = place === null ? 0 : new Deno.UnsafePointerView(place).getInt32();
  return { kind: "failed", step, errno };
}

/** `struct sockaddr_in`. */
function address(host: string, port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  bytes.set(host.split(".").map(Number), 4);
  return bytes;
}

/** `struct timeval` of a 64-bit machine. */
function timeValue(ms: number): Uint8Array<ArrayBuffer> {
  const parts = new BigInt64Array([BigInt(Math.floor(ms / 1000)), BigInt(ms % 1000 * 1000)]);
  return new Uint8Array(parts.buffer);
}

if (import.meta.main) console.log(JSON.stringify(probe(Deno.args)));
