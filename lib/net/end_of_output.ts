import { nullUnlessSystem } from "../config/system_failure.ts";
import { openLibc } from "./libc.ts";

const DESCRIPTORS = "/proc/self/fd";
const STDIN = "0";
const STDOUT = "1";
const STDERR = 2;

/**
 * Lets whoever reads standard output see its end while the program goes on; nothing may be written
 * there any more. `Deno.stdout.close()` does not: the runtime keeps copies. Only Linux tells which
 * they are; elsewhere, and where the input is the same socket, the end comes with the program's.
 */
export function endStandardOutput(): void {
  const opened = openLibc();
  if (opened.kind !== "available" || Deno.build.os !== "linux") return;
  const output = leadsTo(STDOUT);
  if (output === null || output === leadsTo(STDIN)) return;
  for (const { name } of [...Deno.readDirSync(DESCRIPTORS)]) {
    // The number stays taken: whatever is opened next must not become standard output.
    if (leadsTo(name) === output) opened.libc.dup2(STDERR, Number(name));
  }
}

/** What a descriptor is open on, in the system's words; null: it is not open. */
function leadsTo(descriptor: string): string | null {
  try {
    return Deno.readLinkSync(`${DESCRIPTORS}/${descriptor}`);
  } catch (error) {
    return nullUnlessSystem(error);
  }
}
