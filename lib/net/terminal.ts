import { nullUnlessSystem } from "../config/system_failure.ts";
import { openLibc } from "./libc.ts";

/** The terminal that the program was started on, as far as questions go. */
export interface Terminal {
  /** Whether what is typed comes here: a job in the background that reads is stopped for it. */
  isForeground(): boolean;
  /** What was typed, a line or more; null: nothing comes any more. */
  read(): Promise<string | null>;
  write(text: string): void;
}

const READ_BYTES = 1_024;
const STDIN = 0;

/**
 * Null: there is none, or nobody sits at it. `write` has to take its text at once: a terminal that
 * is stopped (Ctrl-S) takes nothing.
 */
export function openTerminal(write: (text: string) => void): Terminal | null {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return null;
  const buffer = new Uint8Array(READ_BYTES);
  return {
    isForeground,
    read: async () => {
      const count = await Deno.stdin.read(buffer).catch(nullUnlessSystem);
      return count === null ? null : new TextDecoder().decode(buffer.subarray(0, count));
    },
    write,
  };
}

/** Whether the program belongs to a terminal, whatever its input and output are. */
export function hasControllingTerminal(): boolean {
  if (Deno.build.os === "windows") return false;
  try {
    Deno.openSync("/dev/tty").close();
    return true;
  } catch (error) {
    return nullUnlessSystem(error) !== null;
  }
}

function isForeground(): boolean {
  if (Deno.build.os === "windows") return true;
  const opened = openLibc();
  return opened.kind === "available" &&
    opened.libc.tcgetpgrp(STDIN) === opened.libc.getpgrp();
}
