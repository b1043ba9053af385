import { openLibc } from "./libc.ts";

const SIGHUP = 1;
const SIG_IGN = 1n;

/**
 * Whether the program was started not to hear that its terminal is gone, as by `nohup`. To be asked
 * before the runtime listens to any signal: from then on it deals with this one itself.
 */
export function isHangupIgnored(): boolean {
  const opened = openLibc();
  // The one who listens next puts its own handler there.
  return opened.kind === "available" && opened.libc.signal(SIGHUP, SIG_IGN) === SIG_IGN;
}
