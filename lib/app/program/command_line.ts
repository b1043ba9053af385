/**
 * The command line, read by `@stricli/core`: the only place that knows the library. What it reads
 * is handed back; running, messages and help are ours.
 */
import {
  AliasNotFoundError,
  ArgumentParseError,
  type ArgumentScannerError,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command as LibraryCommand,
  type CommandContext,
  FlagNotFoundError,
  run,
  text_en,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import { didYouMean } from "../../config/did_you_mean.ts";
import type { Command, OptionSpec, ProgramTable, ReadLine } from "./command_table.ts";
import { UsageError } from "./usage_error.ts";

/** Which command was asked for, and with what. */
export interface CommandLine {
  readonly command: Command;
  readonly line: ReadLine;
}

/**
 * Reads `args`, whose first is the name of a command.
 *
 * @throws {UsageError} there is no such command or option, a value is missing, or a word is wrong
 */
export async function readCommandLine(
  program: ProgramTable,
  args: readonly string[],
): Promise<CommandLine> {
  const [name = "", ...rest] = args;
  const command = commandNamed(program, name);
  checkShapes(rest);
  const found: { line?: ReadLine; problem?: string } = {};
  const app = buildApplication(
    buildRouteMap({
      routes: { [name]: routeOf(command, (line) => found.line = line) },
      docs: { brief: program.summary },
    }),
    {
      name: program.name,
      scanner: { allowArgumentEscapeSequence: true },
      localization: {
        text: {
          ...text_en,
          exceptionWhileParsingArguments: (error) => found.problem = problemIn(error, command),
        },
      },
    },
    {},
  );
  const quiet = { write: () => {} };
  const context: CommandContext = { process: { stdout: quiet, stderr: quiet } };
  await run(app, [name, ...rest], context);
  if (found.line !== undefined) return { command, line: found.line };
  throw new UsageError(found.problem ?? `Cannot understand ${[name, ...rest].join(" ")}`);
}

/** @throws {UsageError} there is none of this name */
export function commandNamed(program: ProgramTable, name: string): Command {
  const command = program.commands.find((one) => one.name === name);
  if (command !== undefined) return command;
  const { otherSide } = program;
  if (otherSide?.commands.includes(name) === true) {
    throw new UsageError(
      `Cannot understand ${name}: ${program.name} has no such command, but \`${otherSide.name} ${name}\` is one`,
    );
  }
  const guess = didYouMean(name, program.commands.map((one) => one.name));
  const hint = guess === null ? "" : ` (did you mean ${guess}?)`;
  throw new UsageError(`Cannot understand ${name}: there is no such command${hint}`);
}

/** What the library would take for a word: an option without a name, or with an empty value. */
function checkShapes(words: readonly string[]): void {
  for (const word of words) {
    if (word === "--") return;
    if (!word.startsWith("--") || /^--[a-z][a-z-]+(?:=.+)?$/i.test(word)) continue;
    const option = word.split("=")[0];
    throw new UsageError(
      /^--[a-z][a-z-]+=$/i.test(word)
        ? `Cannot understand ${word}: it wants a value`
        : `Cannot understand ${option}: there is no such option`,
    );
  }
}

function routeOf(command: Command, take: (line: ReadLine) => void): LibraryCommand<CommandContext> {
  const options = Object.entries(command.options).map(([name, spec]) => [name, flagOf(spec)]);
  return buildCommand<Record<string, unknown>, string[], CommandContext>({
    func: (options, ...words) => take({ words, options }),
    parameters: {
      flags: Object.fromEntries(options),
      positional: {
        kind: "array",
        parameter: { brief: "words", parse: String },
        minimum: command.words.filter(({ optional }) => optional !== true).length,
        maximum: command.words.length,
      },
    },
    docs: { brief: command.summary },
  });
}

function flagOf(spec: OptionSpec): Readonly<Record<string, unknown>> {
  const shared = { brief: spec.summary, optional: true };
  switch (spec.kind) {
    case "flag":
      return { ...shared, kind: "boolean", withNegated: false };
    case "text":
      return { ...shared, kind: "parsed", parse: String };
    case "texts":
      return { ...shared, kind: "parsed", parse: String, variadic: true };
    case "count":
      return { ...shared, kind: "parsed", parse: count };
  }
}

/** @throws {TypeError} it is no number from 1 */
function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new TypeError(`${text} is no number from 1`);
}

function problemIn(error: unknown, command: Command): string {
  if (error instanceof FlagNotFoundError) {
    const guess = didYouMean(error.input, [...Object.keys(command.options), "help"]);
    const hint = guess === null ? "" : ` (did you mean --${guess}?)`;
    return `Cannot understand --${error.input}: there is no such option${hint}`;
  }
  if (error instanceof AliasNotFoundError) {
    return `Cannot understand -${error.input}: there is no such option`;
  }
  if (error instanceof UnsatisfiedFlagError) {
    return `Cannot understand --${error.externalFlagName}: it wants a value`;
  }
  if (error instanceof UnexpectedPositionalError) {
    return `Cannot understand ${error.input}: ${
      command.words.length === 0 ? "no further words are wanted" : "nothing else is wanted"
    }`;
  }
  if (error instanceof UnsatisfiedPositionalError) {
    const wanted = command.words.filter(({ optional }) => optional !== true);
    const names = wanted.map(({ value, summary }) => `${value} (${summary.split(";")[0]})`);
    return `Cannot go on: ${names.join(" and ")} ${names.length === 1 ? "is" : "are"} wanted`;
  }
  if (error instanceof ArgumentParseError) {
    const detail = error.exception instanceof Error ? error.exception.message : error.input;
    return `Cannot understand --${error.externalFlagNameOrPlaceholder}: ${detail}`;
  }
  const other = error as Partial<ArgumentScannerError>;
  return `Cannot understand the options: ${other.message ?? String(error)}`;
}
