import type { FieldsOf, RelayLog } from "./relay_log.ts";

const WINDOW_MS = 60_000;
/** A mistake that every stream runs into must not fill the disk: so many are told in a minute. */
const MAX_IN_WINDOW = 60;

/** Writes the mistakes of ours in the whole program to the log, but not without end. */
export class MistakeLog {
  #windowSince = -Infinity;
  #told = 0;
  #leftOut = 0;

  /** `now` in ms of one clock. What was left out before is counted in the next line. */
  tell(log: RelayLog, now: number, fields: FieldsOf<"internal-error">): void {
    if (now - this.#windowSince >= WINDOW_MS) {
      this.#windowSince = now;
      this.#told = 0;
    }
    if (this.#told >= MAX_IN_WINDOW) {
      this.#leftOut += 1;
      return;
    }
    this.#told += 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    log.error("internal-error", leftOut === 0 ? fields : { ...fields, left_out: leftOut });
  }
}
