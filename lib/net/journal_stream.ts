import { passOnUnlessSystem } from "../config/system_failure.ts";

const STREAM = "JOURNAL_STREAM";
const STANDARD_ERROR = "/proc/self/fd/2";

/**
 * Whether standard error goes to systemd's journal, which has a clock of its own and takes the
 * priority from the beginning of a line (sd-daemon(3)). The environment names the stream as
 * DEVICE:INODE (systemd.exec(5)); a program that was started with its standard error elsewhere
 * has inherited the name and not the stream.
 */
export function isJournalOnStandardError(
  named: string | undefined = Deno.build.os === "linux" ? Deno.env.get(STREAM) : undefined,
  standardError: string = STANDARD_ERROR,
): boolean {
  if (named === undefined) return false;
  try {
    const { dev, ino } = Deno.statSync(standardError);
    return named === `${dev}:${ino}`;
  } catch (error) {
    passOnUnlessSystem(error); // closed, there is no /proc, or it is not to be looked at
    return false;
  }
}
