/**
 * The few calls of the C library that a wire needs, all synchronous: a wire is one loop that waits
 * in `ppoll` only, and an event loop between two packets would cost more than the packets do.
 *
 * Counts are declared as 32 bits: then no call makes a BigInt, and no packet makes garbage.
 */
const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  ioctl: { parameters: ["i32", "u32", "buffer"], result: "i32" },
  ppoll: { parameters: ["buffer", "u32", "buffer", "pointer"], result: "i32" },
  usleep: { parameters: ["u32"], result: "i32" },
  setns: { parameters: ["i32", "i32"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The C library of this process; never closed, because it is needed to the end. */
export const libc = Deno.dlopen("libc.so.6", SYMBOLS).symbols;

/** The error number that the last failed call left; 0 where it cannot be told. */
export function lastErrno(): number {
  const place = libc.__errno_location();
  return place === null ? 0 : new Deno.UnsafePointerView(place).getInt32();
}

/** A string as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** O_RDWR and O_RDONLY with O_CLOEXEC, and the former with O_NONBLOCK as well. */
export const READ_ONLY = 0o2000000;
export const READ_WRITE_NONBLOCK = 0o2004002;
