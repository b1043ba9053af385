import { withoutTickets } from "./without_tickets.ts";

/** One thing that is wrong in a configuration file. */
export interface ConfigProblem {
  /** From the root of the file: `services.ssh.to`; empty for the file as a whole. */
  readonly path: string;
  /** Line in the file, from 1. */
  readonly line: number;
  readonly message: string;
}

/** A configuration that cannot be used; its message names every problem, one on each line. */
export class ConfigInvalid extends Error {
  override readonly name = "ConfigInvalid";
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = [...problems].sort((a, b) => a.line - b.line).map((problem) => {
      const where = problem.path === "" ? "" : `${problem.path}: `;
      return `${file}:${problem.line}: ${where}${problem.message}`;
    });
    super(withoutTickets(lines.join("\n")));
    this.file = file;
    this.problems = problems;
  }
}
