import { passOnUnlessEnded } from "../../config/system_failure.ts";

/** Where bytes go at once: standard error. Returns how many of them it took. */
export interface ByteSink {
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes lines where the log goes. A disk that is full, or a reader that has gone, ends no program:
 * lines that cannot be written are counted, and the next one that can be says how many are missing.
 */
export class LogOutput {
  readonly #sink: ByteSink;
  #lost = 0;
  #reason = "";
  /** Whether the last line was cut off in its middle. */
  #at: "start" | "torn" = "start";

  constructor(sink: ByteSink = Deno.stderr) {
    this.#sink = sink;
  }

  /** How many lines could not be written since the last one that could. */
  get lost(): number {
    return this.#lost;
  }

  readonly line = (text: string): void => {
    const time = new Date().toISOString();
    const missing = this.#lost === 0
      ? ""
      : `${time} warn log-lost lines=${this.#lost} reason=${JSON.stringify(this.#reason)}\n`;
    try {
      this.#write(`${this.#at === "torn" ? "\n" : ""}${missing}${text}\n`);
      this.#lost = 0;
    } catch (error) {
      passOnUnlessEnded(error);
      this.#lost += 1;
      this.#reason = error instanceof Error ? error.message : String(error);
    }
  };

  #write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length;) {
      written += this.#sink.writeSync(bytes.subarray(written));
      this.#at = written < bytes.length ? "torn" : "start";
    }
  }
}
