import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE } from "./exit_code.ts";
import { didYouMean } from "../../config/did_you_mean.ts";
import { withoutTickets } from "../../config/without_tickets.ts";
import { isHangupIgnored } from "../../net/hangup.ts";
import { believePinnedRootsOnly } from "./pinned_roots_only.ts";
import { standardError } from "./log_output.ts";
import { printableLines } from "./printable.ts";
import { showLines } from "./show.ts";
import { UsageError } from "./usage_error.ts";

/** A command: gets the words after it, returns when it is done. */
export type Command = (args: readonly string[]) => Promise<void>;

/** A program as `main` needs it. */
export interface Program {
  readonly name: "cnapt" | "snapt";
  readonly version: string;
  readonly help: string;
  readonly commands: Readonly<Record<string, Command>>;
}

/** Errors whose message is all that anybody needs; others are bugs and show where they are. */
const EXPECTED: ReadonlySet<string> = new Set([
  "ConfigInvalid",
  "CommandFailed",
  "ClientsFailed",
  "IdentityInvalid",
  "ListenFailed",
]);

/** Runs the command that the command line names (`run` when it names none); returns the exit code. */
export async function runProgram(program: Program, args: readonly string[]): Promise<number> {
  if (args.includes("--version")) return say(`${program.name} ${program.version}`);
  if (args.includes("--help") || args.includes("-h") || args[0] === "help") {
    return say(program.help);
  }
  believePinnedRootsOnly();
  const tell = standardError.line;
  const isNamed = args[0] !== undefined && !args[0].startsWith("-");
  const name = isNamed ? args[0] ?? "run" : "run";
  try {
    const command = Object.hasOwn(program.commands, name) ? program.commands[name] : undefined;
    if (command === undefined) {
      const guess = didYouMean(name, Object.keys(program.commands));
      const hint = guess === null ? "" : ` (did you mean ${guess}?)`;
      throw new UsageError(
        isTicket(name) && Object.hasOwn(program.commands, "join")
          ? `Cannot understand a ticket alone: \`${program.name} join TICKET\` takes it`
          : `Cannot understand ${name}: there is no such command${hint}`,
      );
    }
    await command(isNamed ? args.slice(1) : args);
    return EXIT_DONE;
  } catch (error) {
    if (error instanceof UsageError) {
      tell(`${shown(error)}\nSee \`${program.name} --help\`.`);
      return EXIT_USAGE;
    }
    if (error instanceof Error && EXPECTED.has(error.name)) {
      tell(shown(error));
    } else tell(printableLines(withoutTickets(Deno.inspect(error))));
    return EXIT_FAILED;
  } finally {
    await standardError.flush();
  }
}

/** The lines of a message, without secrets and without what a terminal would obey. */
function shown({ message }: Error): string {
  return printableLines(withoutTickets(message));
}

function isTicket(word: string): boolean {
  return /^cnapt\d+\./.test(word);
}

/**
 * A signal that is aborted when the program is asked to end; asked twice, it ends at once (as soon as
 * its last lines are written). That the terminal is gone asks too, unless the program was started to
 * go on without, and is often said twice.
 */
export function terminationSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    const exit = () => Deno.exit(EXIT_FAILED);
    if (controller.signal.aborted) standardError.flush().then(exit, exit);
    else controller.abort();
  };
  const goesOn = isHangupIgnored();
  Deno.addSignalListener("SIGINT", onSignal);
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", onSignal);
    Deno.addSignalListener("SIGHUP", goesOn ? () => {} : () => controller.abort());
  }
  return controller.signal;
}

function say(text: string): number {
  showLines(text);
  return EXIT_DONE;
}
