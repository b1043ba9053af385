/**
 * What a program's commands look like to whoever types them: the one table from which the command
 * line is read and help, completions and man pages are made.
 */
import type { ExitReason } from "./exit_code.ts";

/** What stands for a value in help, and what a shell offers for it. */
interface ValueSpec {
  /** In capitals: `FILE`, `HOST:PORT`. */
  readonly value: string;
  readonly completes?: "file" | readonly string[];
}

/** An option: with a value (once, several times, a number from 1) or without. */
export type OptionSpec =
  & { readonly summary: string }
  & (
    /** `prints`: with it the command prints one JSON document, also when it fails. */
    | { readonly kind: "flag"; readonly prints?: "document" }
    | ({ readonly kind: "text" | "texts" | "count" } & ValueSpec)
  );

/** The options of a command by name, without dashes. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S["kind"] extends "flag" ? boolean
  : S["kind"] extends "texts" ? readonly string[]
  : S["kind"] extends "count" ? number | null
  : string | null;

/** The values of the options; what was not given is false, empty or null. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: ValueOf<Specs[Name]>;
};

/** A word after the command. */
export interface WordSpec extends ValueSpec {
  readonly summary: string;
  /** May be left out, with all that follow. */
  readonly optional?: true;
}

/** Something to type, and what it does. */
export interface Example {
  readonly line: string;
  readonly what: string;
}

/** What everybody may know of a command. */
export interface CommandWords {
  readonly name: string;
  /** One line, beginning with a verb, without a full stop. */
  readonly summary: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly words: readonly WordSpec[];
  readonly options: OptionSpecs;
  readonly examples: readonly Example[];
  /** Beside done, failed, usage: how it may end. */
  readonly exits: readonly ExitReason[];
}

/** What was typed after a command, read but not yet typed. */
export interface ReadLine {
  /** Those that were given. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** The program that runs a command. */
export interface RunningProgram {
  /** What it was compiled from; `dev`: it runs from its sources. */
  readonly commit: string;
}

/** A command as the program holds it. */
export interface Command extends CommandWords {
  run(line: ReadLine, by: RunningProgram): Promise<void>;
}

/** A program: its commands in the order of its help. */
export interface ProgramTable {
  readonly name: "cnapt" | "snapt";
  readonly summary: string;
  readonly description: readonly string[];
  /** The section of its man page. */
  readonly section: 1 | 8;
  readonly commands: readonly Command[];
  /** The files that it uses, and what for. */
  readonly files: readonly Example[];
  /** What people type here that belongs to the program on the other side. */
  readonly otherSide?: { readonly name: "cnapt" | "snapt"; readonly commands: readonly string[] };
}

/** Options that every command takes. */
export const COMMON_OPTIONS = {
  "no-color": { kind: "flag", summary: "writes without colours, as NO_COLOR does" },
} as const satisfies OptionSpecs;

/** What is written of a command in its program's table. */
export type CommandSpec<Specs extends OptionSpecs> =
  & Omit<CommandWords, "words" | "options" | "examples" | "exits">
  & {
    readonly words?: readonly WordSpec[];
    readonly options: Specs;
    readonly examples?: readonly Example[];
    readonly exits?: readonly ExitReason[];
    /** Imports what it needs when it runs: no command pays for another. */
    run(line: {
      readonly words: readonly string[];
      readonly options: OptionValues<Specs>;
    }, by: RunningProgram): Promise<void>;
  };

/** A row of the table: `run` gets its options with the types that the row says. */
export function command<const Specs extends OptionSpecs>(spec: CommandSpec<Specs>): Command {
  const { words = [], examples = [], exits = [], options, run } = spec;
  return {
    name: spec.name,
    summary: spec.summary,
    description: spec.description,
    words,
    examples,
    exits,
    options: { ...options, ...COMMON_OPTIONS },
    run: ({ words, options: given }, by) => {
      const values = Object.entries(options).map(([name, { kind }]) => [
        name,
        given[name] ?? (kind === "flag" ? false : kind === "texts" ? [] : null),
      ]);
      return run({ words, options: Object.fromEntries(values) as OptionValues<Specs> }, by);
    },
  };
}
