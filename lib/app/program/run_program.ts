import { withoutTickets } from "../../config/without_tickets.ts";
import { commandNamed, readCommandLine } from "./command_line.ts";
import type { ProgramTable, RunningProgram } from "./command_table.ts";
import { exitCodeOf, type ExitReason } from "./exit_code.ts";
import { commandHelp, programHelp } from "./help.ts";
import { standardError } from "./log_output.ts";
import { believePinnedRootsOnly } from "./pinned_roots_only.ts";
import { printableLines } from "./printable.ts";
import { documentsPrinted, printDocument, show, showSections, showWithoutColours } from "./show.ts";
import { CommandFailed, UsageError } from "./usage_error.ts";
import { builtProgram, versionLine } from "./version.ts";

/** Errors whose message is all that anybody needs; others are bugs and show where they are. */
const EXPECTED: Readonly<Record<string, ExitReason>> = {
  ConfigInvalid: "configuration",
  IdentityInvalid: "configuration",
  ClientsFailed: "failed",
  ListenFailed: "failed",
  RelayKeysFailed: "failed",
  RelayUsageFailed: "failed",
};

/**
 * Runs the command that the command line names (`run` when it names none); returns the exit code.
 * `allArgs`: what was typed, and before it what the compiler put there.
 */
export async function runProgram(
  program: ProgramTable,
  allArgs: readonly string[],
): Promise<number> {
  const { commit, args } = builtProgram(allArgs);
  const end = args.indexOf("--");
  const before = end < 0 ? args : args.slice(0, end);
  if (before.includes("--no-color")) showWithoutColours();
  const printed = documentsPrinted();
  try {
    if (before.includes("--version")) show(versionLine(program.name, commit));
    else if (before[0] === "help" || before.includes("--help") || before.includes("-h")) {
      const named = before.filter((word) => !word.startsWith("-") && word !== "help");
      showHelp(program, named[0] ?? null);
    } else {
      believePinnedRootsOnly();
      await runCommand(program, args, { commit });
    }
    return exitCodeOf("done");
  } catch (error) {
    const reason = tell(program, args[0], error);
    if (documentsPrinted() === printed && wantsDocument(program, before)) {
      const { errorDocument } = await import("./error_document.ts");
      const schema = `${program.name}.error/1`;
      printDocument({ schema, ...errorDocument(before[0] ?? "", error, reason) });
    }
    return exitCodeOf(reason);
  } finally {
    await standardError.flush();
  }
}

/** @throws {UsageError} there is no such command */
function showHelp(program: ProgramTable, name: string | null): void {
  if (name === null) showSections(programHelp(program));
  else showSections(commandHelp(program, commandNamed(program, name)));
}

async function runCommand(
  program: ProgramTable,
  args: readonly string[],
  by: RunningProgram,
): Promise<void> {
  const [first] = args;
  if (first !== undefined && isInvitation(first) && program.name === "cnapt") {
    throw new UsageError("Cannot understand a code or ticket alone: `cnapt join CODE` takes it");
  }
  const isNamed = first !== undefined && !first.startsWith("-");
  const { command, line } = await readCommandLine(program, isNamed ? args : ["run", ...args]);
  await command.run(line, by);
}

/** Whether who typed this reads one JSON document on standard output. */
function wantsDocument({ commands }: ProgramTable, args: readonly string[]): boolean {
  const json = commands.find(({ name }) => name === args[0])?.options["json"];
  return json?.kind === "flag" && json.prints === "document" && args.includes("--json");
}

/** Says on standard error what went wrong; `first` is the first word that was typed. */
function tell(
  { name, commands }: ProgramTable,
  first: string | undefined,
  error: unknown,
): ExitReason {
  if (error instanceof UsageError) {
    const help = commands.some((one) => one.name === first) ? `${name} ${first}` : name;
    standardError.failure(`${shown(error)}\nSee \`${help} --help\`.`);
    return "usage";
  }
  const reason = reasonOf(error);
  if (error instanceof Error && reason !== null) standardError.failure(shown(error));
  else standardError.failure(printableLines(withoutTickets(Deno.inspect(error))));
  return reason ?? "failed";
}

/** Null: a mistake of ours. */
function reasonOf(error: unknown): ExitReason | null {
  if (error instanceof CommandFailed) return error.exit;
  if (!(error instanceof Error) || !Object.hasOwn(EXPECTED, error.name)) return null;
  return EXPECTED[error.name] ?? null;
}

/** The lines of a message, without secrets and without what a terminal would obey. */
function shown({ message }: Error): string {
  return printableLines(withoutTickets(message));
}

/** A ticket, or what ends like a code. */
function isInvitation(word: string): boolean {
  return /^cnapt\d+\.|\/(?:\w{5}-){5}\w{4}$/.test(word);
}
