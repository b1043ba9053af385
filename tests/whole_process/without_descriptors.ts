import { openLibc } from "../../lib/net/libc.ts";
import { nextDescriptor } from "../../lib/net/socket_table.ts";
import { assert } from "../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const opened = openLibc();
/** Whether descriptors can be taken away. */
export const CAN_TAKE_DESCRIPTORS = opened.kind === "available" && Deno.build.os === "linux";

const RLIMIT_NOFILE = 7;

/** Calls `run` while the system refuses this process any new descriptor; all within one turn. */
export function withoutDescriptors<T>(run: () => T): T {
  assert(opened.kind === "available");
  const { dup, close, getrlimit, setrlimit } = opened.libc;
  const limits = new BigUint64Array(2);
  const bytes = new Uint8Array(limits.buffer);
  const next = nextDescriptor();
  assert(next !== null && getrlimit(RLIMIT_NOFILE, bytes) === 0);
  const before = new Uint8Array(bytes);
  // Those below the limit that are free are taken as well.
  limits[0] = BigInt(next + 1);
  assert(setrlimit(RLIMIT_NOFILE, bytes) === 0);
  const taken = dup(0);
  try {
    return run();
  } finally {
    if (taken >= 0) close(taken);
    setrlimit(RLIMIT_NOFILE, before);
  }
}
