import type { ExitReason } from "./exit_code.ts";

/** The command line is not one that the program takes; ends it with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * A command that could not do what it was asked for; its message says why, and what to do. `exit`
 * says with which code the program ends.
 */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly exit: ExitReason;

  constructor(message: string, options: ErrorOptions & { readonly exit?: ExitReason } = {}) {
    super(message, options);
    this.exit = options.exit ?? "failed";
  }
}
