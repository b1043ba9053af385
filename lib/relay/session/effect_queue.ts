/**
 * Effects in the order in which they came. Carrying one out may lead to more: these come after
 * those that were there before, never in the middle of one.
 */
export class EffectQueue<Effect> {
  readonly #perform: (effect: Effect) => void;
  readonly #waiting: Effect[] = [];
  #next = 0;
  #state: "idle" | "performing" = "idle";

  /** `perform` never throws. */
  constructor(perform: (effect: Effect) => void) {
    this.#perform = perform;
  }

  /** Carries `effects` out, and all that follow from them; `later`: those before them go on first. */
  run(effects: readonly Effect[]): "done" | "later" {
    for (const effect of effects) this.#waiting.push(effect);
    if (this.#state === "performing") return "later";
    this.#state = "performing";
    // Not taken from the front one by one: each of very many would have the rest moved.
    for (let effect = this.#take(); effect !== undefined; effect = this.#take()) {
      this.#perform(effect);
    }
    this.clear();
    this.#state = "idle";
    return "done";
  }

  /** Drops what has not been carried out. */
  clear(): void {
    this.#waiting.length = 0;
    this.#next = 0;
  }

  #take(): Effect | undefined {
    return this.#waiting[this.#next++];
  }
}
