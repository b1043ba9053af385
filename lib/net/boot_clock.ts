import { monotonicMs } from "./clock.ts";
import { openLibc } from "./libc.ts";

/**
 * The clocks of the systems that run on while the machine sleeps, which the monotonic clock of the
 * runtime does not: CLOCK_BOOTTIME of Linux, CLOCK_MONOTONIC of macOS. That of Windows is the one
 * that the runtime has.
 */
const CLOCK_IDS: Readonly<Partial<Record<typeof Deno.build.os, number>>> = { linux: 7, darwin: 6 };
/** Seconds and nanoseconds, 64 bits each (`struct timespec`). */
const TIMESPEC_BYTES = 16;
/** Of the machines that Deno runs on all are little-endian. */
const LITTLE_ENDIAN = true;

const time = new Uint8Array(TIMESPEC_BYTES);
const numbers = new DataView(time.buffer);

/**
 * Milliseconds of a clock that runs on while the machine sleeps. Where the system cannot be asked for
 * one, and the runtime's stops, it is the time of day, which somebody may set: a jump of it is to be taken for no more than a
 * reason to look.
 */
export function bootMs(os: typeof Deno.build.os = Deno.build.os): number {
  return systemMs(os) ?? (os === "windows" ? monotonicMs() : Date.now());
}

/** Null: without permission for FFI, or on a system that has none. */
function systemMs(os: typeof Deno.build.os): number | null {
  const id = CLOCK_IDS[os];
  const opened = openLibc();
  if (id === undefined || opened.kind === "unavailable") return null;
  if (opened.libc.clock_gettime(id, time) !== 0) return null;
  const seconds = Number(numbers.getBigInt64(0, LITTLE_ENDIAN));
  return seconds * 1_000 + Number(numbers.getBigInt64(8, LITTLE_ENDIAN)) / 1e6;
}
