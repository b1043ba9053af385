/** What every shell is told of a program. */
import type { CommandWords, ProgramTable, WordSpec } from "../program/command_table.ts";

/** A command as a shell completes it. */
export interface ShellCommand {
  readonly name: string;
  readonly summary: string;
  readonly words: readonly Pick<WordSpec, "completes" | "value">[];
  readonly options: CommandWords["options"];
}

/** An option as a shell completes it. */
export interface ShellOption {
  readonly name: string;
  readonly summary: string;
  readonly hasValue: boolean;
  readonly isRepeatable: boolean;
  readonly completes: "file" | readonly string[];
}

/** The commands of the table, and `help`, whose word is one of them. */
export function commandsOf({ commands }: ProgramTable): readonly ShellCommand[] {
  const names = commands.map(({ name }) => name);
  return [...commands, {
    name: "help",
    summary: "shows all about a command",
    words: [{ value: "COMMAND", completes: names }],
    options: {},
  }];
}

/** The options of a command, and `--help`. */
export function optionsOf({ options }: ShellCommand): readonly ShellOption[] {
  return [
    ...Object.entries(options).map(([name, spec]) => ({
      name,
      summary: spec.summary,
      hasValue: spec.kind !== "flag",
      isRepeatable: spec.kind === "texts",
      completes: spec.kind === "flag" ? [] : spec.completes ?? [],
    })),
    {
      name: "help",
      summary: "shows all about this command",
      hasValue: false,
      isRepeatable: false,
      completes: [],
    },
  ];
}
