import { isJournalOnStandardError } from "../../net/journal_stream.ts";
import { asideLines } from "./log_line.ts";

/** Where bytes go: standard error. Resolves with how many of them it took. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Minutes of a busy log, and nothing beside what the streams have in memory. */
const MAX_WAITING_BYTES = 1_048_576;
const FLUSH_MS = 1_000;

/** How that is said which nobody wrote as an event, in the form of the log beside it. */
export interface Asides {
  /** That so many lines are missing here, and why. */
  lost(lines: number, reason: string): string;
  /** Why the program ends: `text` may have several lines. */
  failure(text: string): string;
}

/** Of a program that has no log, or none yet. */
function withoutLog(form: "text" | "journal"): Asides {
  return {
    lost: (lines, reason) =>
      `${new Date().toISOString()} warn log-lost lines=${lines} reason=${JSON.stringify(reason)}`,
    failure: (text) => asideLines(form, text),
  };
}

interface Waiting {
  readonly bytes: Uint8Array;
  /** How many lines were left out in front of it. */
  readonly leftOut: number;
}

/**
 * Writes lines where the log goes. Nobody waits for whoever reads it: lines wait, in their order. A
 * disk that is full, and a reader that stalls or has gone, end and delay no program: lines that
 * cannot be written, or that there is no room for, are counted, and the next one that is written
 * says how many are missing.
 */
export class LogOutput {
  readonly #sink: ByteSink;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Left out since the last one that waits. */
  #leftOut = 0;
  /** What could not be written since the last one that could. */
  #unwritten = 0;
  #reason = "";
  #asides: Asides;
  /** Whether the last line was cut off in its middle. */
  #at: "start" | "torn" = "start";
  #writing: Promise<void> | null = null;

  /** What text has to look like here. */
  readonly form: "text" | "journal";

  constructor(sink: ByteSink, form: "text" | "journal" = "text") {
    this.#sink = sink;
    this.form = form;
    this.#asides = withoutLog(form);
  }

  /** From now on there is a log, which has its own form. */
  speakAs(asides: Asides): void {
    this.#asides = asides;
  }

  /** Says why the program ends. */
  failure(text: string): void {
    this.line(this.#asides.failure(text));
  }

  readonly line = (text: string): void => this.text(`${text}\n`);

  /** The same for what is no whole line: a question that is answered on the terminal. */
  readonly text = (text: string): void => {
    const bytes = new TextEncoder().encode(text);
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#leftOut += 1;
      return;
    }
    this.#add(bytes);
    this.#writing ??= this.#writeAll();
  };

  /** Resolves when everything is written or counted, and after a second in any case. */
  async flush(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, FLUSH_MS);
    await Promise.race([this.#writing, late.promise]);
    clearTimeout(timer);
  }

  #add(bytes: Uint8Array): void {
    this.#waiting.push({ bytes, leftOut: this.#leftOut });
    this.#waitingBytes += bytes.length;
    this.#leftOut = 0;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const one of waiting) await this.#writeOne(one);
        if (this.#leftOut > 0 && this.#waiting.length === 0) this.#add(new Uint8Array());
      }
    } finally {
      this.#writing = null;
    }
  }

  async #writeOne({ bytes, leftOut }: Waiting): Promise<void> {
    if (leftOut > 0) this.#reason = "nobody read the log in time";
    this.#unwritten += leftOut;
    try {
      await this.#write(new TextEncoder().encode(this.#before()));
      this.#unwritten = 0;
      await this.#write(bytes);
    } catch (error) {
      // Whatever it was: the log, where a mistake of ours would be told, is what cannot be written.
      if (bytes.length > 0) this.#unwritten += 1;
      this.#reason = error instanceof Error ? error.message : String(error);
    } finally {
      this.#waitingBytes -= bytes.length;
    }
  }

  /** What the next line needs in front of it. */
  #before(): string {
    const newLine = this.#at === "torn" ? "\n" : "";
    if (this.#unwritten === 0) return newLine;
    return `${newLine}${this.#asides.lost(this.#unwritten, this.#reason)}\n`;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      written += await this.#sink.write(bytes.subarray(written));
      this.#at = written < bytes.length ? "torn" : "start";
    }
  }
}

/** The one of the whole program; what reads it is looked up while the program has all its rights. */
export const standardError = new LogOutput(
  Deno.stderr,
  isJournalOnStandardError() ? "journal" : "text",
);
