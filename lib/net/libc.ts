/**
 * The few calls of the C library that Deno has no API for: a socket bound to a device before it
 * connects, a connection closed with RST, what a socket has still to send, datagrams without a
 * promise for each, whether a device has a route, who has the terminal and whether its end matters, the
 * end of standard output,
 * how many descriptors there are and may be, and a clock that runs on while the machine sleeps. Only
 * Linux and macOS; elsewhere, or without permission for FFI, the callers fall back and say so.
 */
const SYMBOLS = {
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "i32" },
  recvfrom: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "buffer"], result: "i32" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  sigaction: { parameters: ["i32", "pointer", "buffer"], result: "i32" },
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  getpgrp: { parameters: [], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

export type LibcState =
  | { readonly kind: "available"; readonly libc: Libc }
  | { readonly kind: "unavailable"; readonly reason: string };

let state: LibcState | null = null;

/** Opens the C library once; later calls return the same. */
export function openLibc(): LibcState {
  state ??= tryOpen();
  return state;
}

function tryOpen(): LibcState {
  const names = Deno.build.os === "linux"
    ? ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"]
    : Deno.build.os === "darwin"
    ? ["libSystem.B.dylib"]
    : [];
  let reason = `there is no C library to call on ${Deno.build.os}`;
  for (const name of names) {
    try {
      return { kind: "available", libc: Deno.dlopen(name, SYMBOLS).symbols };
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  return { kind: "unavailable", reason };
}
