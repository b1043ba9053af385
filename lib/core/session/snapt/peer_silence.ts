import type { SharedDeadlines } from "../deadline_name.ts";
import type { SnaptSessionSettings } from "../snapt_session_settings.ts";

/** A connected session of which nothing was heard for so long has lost its path. */
export const SILENT_MS = 30_000;

/** How long SNAPT has heard nothing of CNAPT. It only listens; CNAPT is the one that asks. */
export class PeerSilence {
  readonly #settings: Pick<SnaptSessionSettings, "inactivityMs">;
  readonly #deadlines: SharedDeadlines;
  #heardAt: number;
  #peer: "unheard" | "heard" = "unheard";

  constructor(
    settings: Pick<SnaptSessionSettings, "inactivityMs">,
    deadlines: SharedDeadlines,
    now: number,
  ) {
    this.#settings = settings;
    this.#deadlines = deadlines;
    this.#heardAt = now;
  }

  /** Whether CNAPT said anything in this session after its CONNECT. */
  get wasHeard(): boolean {
    return this.#peer === "heard";
  }

  /** When CNAPT last said anything, or came by a new control link. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Silence means a lost path after so long, after `SILENT_MS` at the latest. */
  get #silentMs(): number {
    return Math.min(SILENT_MS, this.#settings.inactivityMs);
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

  /** Whether the silence up to `now` means a lost path; while it does not, it is looked at again. */
  check(now: number): "fine" | "lost" {
    if (now - this.#heardAt >= this.#silentMs) return "lost";
    this.#setDeadline();
    return "fine";
  }

  #setDeadline(): void {
    this.#deadlines.set("liveness", this.#heardAt + this.#silentMs);
  }
}
