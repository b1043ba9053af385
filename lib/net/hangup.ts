import { openLibc } from "./libc.ts";

const SIGHUP = 1;
const SIG_IGN = 1n;
/** As large as `struct sigaction` is anywhere, and more; what is done comes first in it. */
const ACTION_BYTES = 256;

/**
 * Whether the program was started not to hear that its terminal is gone, as by `nohup`. To be asked
 * before the runtime listens to any signal: from then on it deals with this one itself. It is only
 * asked, not set: on a terminal the runtime listens from the start, and does not begin again.
 */
export function isHangupIgnored(): boolean {
  const opened = openLibc();
  if (opened.kind === "unavailable") return false;
  const action = new Uint8Array(ACTION_BYTES);
  if (opened.libc.sigaction(SIGHUP, null, action) !== 0) return false;
  return new DataView(action.buffer).getBigUint64(0, true) === SIG_IGN;
}
