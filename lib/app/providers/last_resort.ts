import type { Clock, Timer } from "../../relay/run/clock.ts";

/** So long the networks proper have for leading to SNAPT. */
const PATIENCE_MS = 3_000;

export interface LastResortContext {
  readonly clock: Clock;
  readonly isConnected: () => boolean;
  /** Networks count from now on that did not before. */
  readonly due: () => void;
}

/** When a site takes what counts as a network only where nothing else leads to its SNAPT. */
export class LastResort {
  readonly #context: LastResortContext;
  #state: "idle" | "waiting" | "due" = "idle";
  #timer: Timer | null = null;

  constructor(context: LastResortContext) {
    this.#context = context;
  }

  /** Whether it is time; who asks while there is no connection begins to wait for it. */
  isDue(): boolean {
    const { clock, isConnected } = this.#context;
    if (isConnected()) return false;
    if (this.#state === "idle") {
      this.#state = "waiting";
      this.#timer = clock.timer(PATIENCE_MS, () => this.#ripen());
    }
    return this.#state === "due";
  }

  /** SNAPT is reached. */
  reached(): void {
    this.#timer?.cancel();
    this.#state = "idle";
  }

  #ripen(): void {
    const { isConnected, due } = this.#context;
    if (isConnected()) return this.reached();
    this.#state = "due";
    due();
  }
}
