import { ConfigInvalid, type ConfigProblem } from "../../config/config_invalid.ts";
import { withoutTickets } from "../../config/without_tickets.ts";
import { exitCodeOf, type ExitReason } from "./exit_code.ts";

/** What a command with `--json` prints that has nothing else to give, as it could not do its work. */
export interface ErrorDocument {
  /** What was typed: `check`. */
  readonly command: string;
  /** What standard error says, for people: never parsed. */
  readonly error: string;
  readonly exit: {
    /** What the program ends with. */
    readonly code: number;
    readonly reason: ExitReason;
  };
  /** What is wrong in which line of the configuration, where that is why. */
  readonly problems: readonly ConfigProblem[];
}

export function errorDocument(command: string, error: unknown, reason: ExitReason): ErrorDocument {
  const message = error instanceof Error ? error.message : String(error);
  return {
    command,
    error: withoutTickets(message),
    exit: { code: exitCodeOf(reason), reason },
    problems: problemsIn(error).map((one) => ({ ...one, message: withoutTickets(one.message) })),
  };
}

/** Those of the configuration that the error is about, or came of. */
function problemsIn(error: unknown): readonly ConfigProblem[] {
  if (error instanceof ConfigInvalid) {
    return error.problems.map(({ path, line, message }) => ({ path, line, message }))
      .sort((one, other) => one.line - other.line);
  }
  return error instanceof Error && error.cause !== undefined ? problemsIn(error.cause) : [];
}
