export type CommandBrokenCode = "notStarted" | "failed" | "timedOut" | "stopped";

/** A command that was run did not do what it was run for. */
export class CommandBroken extends Error {
  override readonly name = "CommandBroken";
  readonly code: CommandBrokenCode;
  /** What became of it, to go on after its name: "ended with status 4". */
  readonly outcome: string;

  constructor(
    code: CommandBrokenCode,
    program: string,
    outcome: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot run ${program}: it ${outcome}`, options);
    this.code = code;
    this.outcome = outcome;
  }
}
