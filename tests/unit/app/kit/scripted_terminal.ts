/** A terminal at which everything has been typed already. */
export class ScriptedTerminal {
  readonly #typed: string[];
  shown = "";

  constructor(typed: readonly string[]) {
    this.#typed = [...typed];
  }

  read(): Promise<string | null> {
    return Promise.resolve(this.#typed.shift() ?? null);
  }

  write(text: string): void {
    this.shown += text;
  }
}
