import { StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** What a live view knows of the program that it shows. */
export type Seen<T> =
  | { readonly kind: "seen"; readonly document: T }
  /** It does not answer now; `document` is what was seen last. */
  | { readonly kind: "gone"; readonly reason: string; readonly document: T | null };

/** Asks a running program for its status. */
export interface StatusReader {
  get(path: string, limitMs?: number): Promise<string>;
}

/** Longer is gone: a view that stands still would look like a program that is well. */
const ANSWER_MS = 3_000;

/** Where the documents of a live view come from: one that is asked for again and again. */
export class WatchSource<T> {
  readonly #reader: StatusReader;
  #last: T | null = null;

  constructor(reader: StatusReader) {
    this.#reader = reader;
  }

  /**
   * How the program is now. One that does not answer is not the end: it may come back.
   *
   * @throws {CommandFailed} another program answers there, or one of another configuration
   */
  async look(): Promise<Seen<T>> {
    try {
      const document: T = JSON.parse(await this.#reader.get("/status.json", ANSWER_MS));
      this.#last = document;
      return { kind: "seen", document };
    } catch (error) {
      const isGone = error instanceof StatusUnreachable &&
        (error.kind === "absent" || error.kind === "silent");
      if (!isGone && !(error instanceof SyntaxError)) throw error;
      return { kind: "gone", reason: reasonOf(error), document: this.#last };
    }
  }

  /** A document that only some versions have; null: this one does not. */
  async also<U>(path: string): Promise<U | null> {
    try {
      return JSON.parse(await this.#reader.get(path, ANSWER_MS));
    } catch (error) {
      if (error instanceof CommandFailed || error instanceof SyntaxError) return null;
      throw error;
    }
  }
}

function reasonOf(error: Error): string {
  return error instanceof StatusUnreachable && error.kind === "silent"
    ? "does not answer"
    : "does not run";
}
