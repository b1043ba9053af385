import type { Terminal } from "../../net/terminal.ts";
import type { AnswerOutcome, ConfirmationSnapshot } from "../../relay/decision/confirmations.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { printable } from "../program/printable.ts";

/** Puts questions to the terminal, one after the other, and takes `y` or `n` for an answer. */
export class TerminalAnswers {
  readonly #terminal: Terminal;
  readonly #answer: (provider: string, answer: "yes" | "no") => Promise<AnswerOutcome>;
  readonly #tasks: TaskGroup;
  #waiting: ConfirmationSnapshot[] = [];
  #reading: "yes" | "no" = "no";

  constructor(
    terminal: Terminal,
    answer: (provider: string, answer: "yes" | "no") => Promise<AnswerOutcome>,
    tasks: TaskGroup,
  ) {
    this.#tasks = tasks;
    this.#terminal = terminal;
    this.#answer = answer;
  }

  asked(question: ConfirmationSnapshot): void {
    if (!this.#terminal.isForeground()) return;
    this.#waiting.push(question);
    if (this.#waiting.length === 1) this.#put(question);
    if (this.#reading === "no") this.#tasks.run("read", () => this.#read());
  }

  /** It was answered, here or elsewhere, or nobody did. */
  ended(question: ConfirmationSnapshot, how: string): void {
    const [current] = this.#waiting;
    this.#waiting = this.#waiting.filter(({ provider }) => provider !== question.provider);
    if (current?.provider !== question.provider) return;
    if (how === "expired" || how === "withdrawn") this.#terminal.write(`(${how})\n`);
    const [next] = this.#waiting;
    if (next !== undefined) this.#put(next);
  }

  #put({ provider, from, reason, leftMs }: ConfirmationSnapshot): void {
    const seconds = Math.round(leftMs / 1_000);
    this.#terminal.write(
      printable(`Use ${provider} instead of ${from}? ${reason}`) + ` [y/n, ${seconds} s] `,
    );
  }

  async #read(): Promise<void> {
    this.#reading = "yes";
    try {
      await this.#readLines();
    } finally {
      this.#reading = "no";
    }
  }

  async #readLines(): Promise<void> {
    let text = "";
    for (
      let part = await this.#terminal.read();
      part !== null;
      part = await this.#terminal.read()
    ) {
      const lines = (text + part).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) await this.#take(line.trim().toLowerCase());
    }
  }

  async #take(line: string): Promise<void> {
    const [current] = this.#waiting;
    if (current === undefined) return; // typed when nobody had asked
    const answer = ["y", "yes"].includes(line) ? "yes" : ["n", "no"].includes(line) ? "no" : null;
    if (answer === null) return this.#put(current);
    const { error } = await this.#answer(current.provider, answer);
    if (error !== undefined) this.#terminal.write(`${printable(error)}\n`);
  }
}
