/**
 * Judges from what comes back whether a network lets UDP through. Where it does not,
 * datagrams ride a link until it does.
 *
 * Theory of operation. A new path is asked at once, and again until it answers; meanwhile it is
 * used, since nearly all let UDP through. One that has answered is asked again when datagrams were
 * sent and for a while nothing came, and, while there are flows, often enough that no NAT on the way
 * forgets it. Where no probe is answered for `PATIENCE_MS`, or four round trips, the path is blocked:
 * flows ride a link, and the path is asked less and less often, until it answers.
 */

const ASK_MS = 250;
const PATIENCE_MS = 1_000;
const QUIET_MS = 2_000;
/** NATs may forget a UDP mapping after 30 s (RFC 4787 asks for two minutes, many do not). */
const KEEP_ALIVE_MS = 15_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

export type PathState = "trying" | "working" | "blocked";

export type PathVerdict = "fine" | "ask" | "blocked";

export class PathProbe {
  #state: PathState = "trying";
  #askedAt = -Infinity;
  /** When the first unanswered probe was sent; null when none is. */
  #questionAt: number | null = null;
  #heardAt = -Infinity;
  #sentAt: number | null = null;
  #retryMs = FIRST_RETRY_MS;
  #roundTripMs = 0;

  get state(): PathState {
    return this.#state;
  }

  /** A new path; `expected` is how one is taken that has not answered yet. */
  restart(expected: "trying" | "blocked"): void {
    this.#state = expected;
    this.#askedAt = -Infinity;
    this.#questionAt = null;
    this.#heardAt = -Infinity;
    this.#sentAt = null;
    this.#retryMs = FIRST_RETRY_MS;
    this.#roundTripMs = 0;
  }

  /** True when an answer is expected only from now on. */
  noteSent(now: number): boolean {
    if (this.#sentAt !== null) return false;
    this.#sentAt = now;
    return true;
  }

  /** Something authentic came this way; true when the path had not worked before. */
  noteHeard(now: number): boolean {
    const wasWorking = this.#state === "working";
    if (this.#questionAt !== null) this.#roundTripMs = now - this.#askedAt;
    this.#state = "working";
    this.#heardAt = now;
    this.#sentAt = null;
    this.#questionAt = null;
    this.#retryMs = FIRST_RETRY_MS;
    return !wasWorking;
  }

  /** When `check` wants to be called next. `isNeeded`: there are flows. */
  nextCheckAt(isNeeded: boolean): number {
    if (this.#state === "blocked") return this.#askedAt + this.#retryMs;
    if (this.#questionAt !== null) {
      return Math.min(this.#askedAt + ASK_MS, this.#questionAt + this.#patienceMs());
    }
    if (this.#state === "trying") return -Infinity;
    const quietAt = this.#sentAt === null
      ? Infinity
      : Math.max(this.#sentAt, this.#heardAt) + QUIET_MS;
    const keepAliveAt = Math.max(this.#heardAt, this.#askedAt) + KEEP_ALIVE_MS;
    return Math.min(quietAt, isNeeded ? keepAliveAt : Infinity);
  }

  /** What is to be done now: nothing, send a probe, or take another way from now on. */
  check(now: number, isNeeded: boolean): PathVerdict {
    if (now < this.nextCheckAt(isNeeded)) return "fine";
    if (this.#state === "blocked") {
      // The first of these comes at once.
      if (this.#askedAt !== -Infinity) this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.#askedAt = now;
      return "ask";
    }
    this.#questionAt ??= now;
    if (now - this.#questionAt >= this.#patienceMs()) {
      this.#state = "blocked";
      this.#questionAt = null;
      this.#askedAt = now;
      return "blocked";
    }
    this.#askedAt = now;
    return "ask";
  }

  #patienceMs(): number {
    return Math.max(PATIENCE_MS, 4 * this.#roundTripMs);
  }
}
