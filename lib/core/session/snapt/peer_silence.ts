import type { SharedDeadlines } from "../deadline_name.ts";

/** A connected session of which nothing was heard for so long has lost its path. */
export const SILENT_MS = 30_000;

/** How long SNAPT has heard nothing of CNAPT. It only listens; CNAPT is the one that asks. */
export class PeerSilence {
  readonly #inactivityMs: number;
  readonly #deadlines: SharedDeadlines;
  #heardAt: number;
  #peer: "unheard" | "heard" = "unheard";

  /** `inactivityMs`: for how long a session may say nothing at all. */
  constructor(inactivityMs: number, deadlines: SharedDeadlines, now: number) {
    this.#inactivityMs = inactivityMs;
    this.#deadlines = deadlines;
    this.#heardAt = now;
  }

  /** Whether CNAPT said anything in this session after its CONNECT. */
  get wasHeard(): boolean {
    return this.#peer === "heard";
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#peer = "heard";
  }

  /** There is a new control link: from now on silence on it counts. */
  watch(now: number): void {
    this.#heardAt = now;
    this.#setDeadline();
  }

  /**
   * What the silence up to `now` means; while it means nothing, it is looked at again.
   * `mayEnd`: whether a session that says nothing at all is ended in its state.
   */
  check(now: number, mayEnd: boolean): "fine" | "inactive" | "lost" {
    const silentMs = now - this.#heardAt;
    if (mayEnd && silentMs >= this.#inactivityMs) return "inactive";
    if (silentMs >= SILENT_MS) return "lost";
    // Where it must not end yet, the time for that is over: a deadline there would be due for ever.
    if (silentMs >= this.#inactivityMs) {
      this.#deadlines.set("liveness", this.#heardAt + SILENT_MS);
    } else this.#setDeadline();
    return "fine";
  }

  #setDeadline(): void {
    this.#deadlines.set("liveness", this.#heardAt + Math.min(SILENT_MS, this.#inactivityMs));
  }
}
