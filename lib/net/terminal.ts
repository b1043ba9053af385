/** The terminal that the program was started on, as far as questions go. */
export interface Terminal {
  /** Whether what is typed comes here: a job in the background that reads is stopped for it. */
  isForeground(): boolean;
  /** What was typed, a line or more; null: nothing comes any more. */
  read(): Promise<string | null>;
  write(text: string): void;
}

const READ_BYTES = 1_024;
/** Fields of /proc/self/stat behind the name: state, ppid, pgrp, session, tty_nr, tpgid. */
const PGRP = 2;
const TPGID = 5;

/** Null: there is none, or nobody sits at it. */
export function openTerminal(): Terminal | null {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return null;
  const buffer = new Uint8Array(READ_BYTES);
  return {
    isForeground,
    read: async () => {
      const count = await Deno.stdin.read(buffer).catch(() => null);
      return count === null ? null : new TextDecoder().decode(buffer.subarray(0, count));
    },
    write: (text) => {
      Deno.stderr.writeSync(new TextEncoder().encode(text));
    },
  };
}

function isForeground(): boolean {
  try {
    switch (Deno.build.os) {
      case "windows":
        return true;
      case "linux": {
        const stat = Deno.readTextFileSync("/proc/self/stat");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return fields[PGRP] === fields[TPGID];
      }
      default: {
        const args = ["-o", "stat=", "-p", String(Deno.pid)];
        const { stdout } = new Deno.Command("ps", { args, stderr: "null" }).outputSync();
        return new TextDecoder().decode(stdout).includes("+");
      }
    }
  } catch {
    return false;
  }
}
