/**
 * Effects in the order in which they came. Carrying one out may lead to more: these come after
 * those that were there before, never in the middle of one.
 */
export class EffectQueue<Effect> {
  readonly #perform: (effect: Effect) => void;
  readonly #waiting: Effect[] = [];
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
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#perform(next);
    }
    this.#state = "idle";
    return "done";
  }

  /** Drops what has not been carried out. */
  clear(): void {
    this.#waiting.length = 0;
  }
}
