/**
 * What some tests need and not every system has. A test that lacks it is skipped, and counted as
 * skipped, with a line that says what is missing.
 */
import { openLibc } from "../lib/net/libc.ts";

/** Null: it is there; else why not. */
const MISSING = {
  unixSockets: () => onWindows("Deno knows no Unix sockets on Windows"),
  fileModes: () => onWindows("files have no modes on Windows"),
  /** A connection is reset through the C library; elsewhere a reset travels as an end. */
  resets: () => {
    const opened = openLibc();
    return opened.kind === "available" ? null : `nothing can be reset here: ${opened.reason}`;
  },
  /** How long a process had a processor, in a file. */
  processorTimes: () =>
    Deno.build.os === "linux" ? null : "only Linux tells what processors a process has used",
  /** TLS that carries all it can in both directions at once. */
  busyTls: () => isWine() ? "under Wine, on a busy machine, records of TLS arrive broken" : null,
  /** A TLS connection that can be closed before the tickets of the other end were read. */
  closingUnread: () => onWindows("Windows resets a connection that is closed with bytes unread"),
  /** A name that stands for one file or another at each moment while the file is replaced. */
  atomicRename: () => isWine() ? "Wine replaces no file that is open in one step" : null,
} as const;

export type SystemNeed = keyof typeof MISSING;

/** Tells what is missing for `tests`, so that they can be ignored; says so when something is. */
export function lacks(need: SystemNeed, tests: string): boolean {
  const reason = MISSING[need]();
  if (reason !== null) console.log(`SKIPPED ${tests}: ${reason}`);
  return reason !== null;
}

function onWindows(reason: string): string | null {
  return Deno.build.os === "windows" ? reason : null;
}

/** Windows' programs on another system, as the checks of this project use it. */
function isWine(): boolean {
  if (Deno.build.os !== "windows") return false;
  try {
    return Deno.statSync("C:\\windows\\system32\\winecfg.exe").isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
