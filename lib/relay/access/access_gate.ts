import { isSourceAllowed, type SourceRange } from "../../core/access/source_list.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** Those who are not allowed are logged once in this time at most, with how many there were. */
const LOG_PAUSE_MS = 10_000;

/** Decides who is allowed to use an emulator, and counts and logs those who are not. */
export class AccessGate {
  readonly #ranges: () => readonly SourceRange[];
  readonly #log: RelayLog;
  readonly #now: () => number;
  #refused = 0;
  #loggedAt = -Infinity;
  #loggedCount = 0;

  /**
   * `ranges`: what they are at each moment, where they change; `now`: milliseconds of a clock that
   * never goes back.
   */
  constructor(
    ranges: readonly SourceRange[] | (() => readonly SourceRange[]),
    log: RelayLog,
    now: () => number,
  ) {
    this.#ranges = typeof ranges === "function" ? ranges : () => ranges;
    this.#log = log;
    this.#now = now;
  }

  /** How many connections, or datagrams, were turned away. */
  get refused(): number {
    return this.#refused;
  }

  /** Whether an application at `host`, in numbers, is allowed to use the service; tells if not. */
  admits(host: string, service: string): boolean {
    if (isSourceAllowed(this.#ranges(), host)) return true;
    this.#refused += 1;
    const now = this.#now();
    if (now - this.#loggedAt >= LOG_PAUSE_MS) {
      this.#log.warn("application-not-allowed", {
        service,
        from: host,
        refused: this.#refused - this.#loggedCount,
      });
      this.#loggedAt = now;
      this.#loggedCount = this.#refused;
    }
    return false;
  }
}
