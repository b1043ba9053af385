import type { Command, OptionSpec, ProgramTable, WordSpec } from "./command_table.ts";
import { EXIT_REASONS, type ExitReason, EXITS } from "./exit_code.ts";
import type { Section } from "./show.ts";
import { wrapped } from "./wrapped.ts";

const WIDTH = 80;
const INDENT = "  ";

/** `cnapt --help`: every command in a line. */
export function programHelp(program: ProgramTable): readonly Section[] {
  const { name, summary, commands } = program;
  return [
    { title: `${name}: ${summary}`, lines: [] },
    { title: "Commands", lines: table(commands.map((one) => [synopsis(one), one.summary])) },
    {
      title: "For each of them",
      lines: table([
        [`${name} help COMMAND`, "its options, examples and exit codes; --help does the same"],
        ["--no-color", "without colours, as with NO_COLOR"],
        ["--version", "the version, what it was made from, and for which machine"],
      ]),
    },
    { title: "Exit codes", lines: exitLines(EXIT_REASONS) },
  ];
}

/** `cnapt help join`: all about one command. */
export function commandHelp(program: ProgramTable, command: Command): readonly Section[] {
  const { description, words, options, examples } = command;
  const sections: Section[] = [
    { title: `${program.name} ${synopsis(command)}`, lines: wrapped(command.summary, WIDTH) },
    ...description.map((text) => ({ title: "", lines: wrapped(text, WIDTH) })),
    { title: "Words", lines: table(words.map((one) => [one.value, one.summary])) },
    {
      title: "Options",
      lines: table(
        Object.entries(options).map(([name, spec]) => [
          optionForm(name, spec),
          `${spec.summary}${spec.kind === "texts" ? " (may be repeated)" : ""}`,
        ]),
      ),
    },
    {
      title: "Examples",
      lines: examples.flatMap(({ line, what }) => [
        `${INDENT}${line}`,
        ...wrapped(what, WIDTH - 6).map((text) => `      ${text}`),
      ]),
    },
    { title: "Exit codes", lines: exitLines(exitsOf(command)) },
  ];
  return sections.filter(({ title, lines }) => title !== "" || lines.length > 0)
    .filter(({ lines }) => lines.length > 0)
    .map((one) =>
      one.title === "" ? { title: one.lines[0] ?? "", lines: one.lines.slice(1) } : one
    );
}

/** How a command may end, what all have in common included. */
export function exitsOf({ exits }: Command): readonly ExitReason[] {
  const common: readonly ExitReason[] = ["done", "failed", "usage"];
  return EXIT_REASONS.filter((reason) => common.includes(reason) || exits.includes(reason));
}

/** `join TICKET`: the command and its words. */
export function synopsis({ name, words }: Command): string {
  return [name, ...words.map(wordForm)].join(" ");
}

/** `[INTERFACE]` */
export function wordForm({ value, optional }: WordSpec): string {
  return optional === true ? `[${value}]` : value;
}

/** `--site NAME` */
export function optionForm(name: string, spec: OptionSpec): string {
  return spec.kind === "flag" ? `--${name}` : `--${name} ${spec.value}`;
}

function exitLines(reasons: readonly ExitReason[]): readonly string[] {
  return table(reasons.map((reason) => [`${EXITS[reason].code}`, EXITS[reason].meaning]));
}

/** Two columns, the second of them broken into lines. */
function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(26, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    const lines = wrapped(right, WIDTH - width - 4);
    const rest = `${INDENT}${" ".repeat(width)}  `;
    if (left.length > width) return [`${INDENT}${left}`, ...lines.map((line) => `${rest}${line}`)];
    return lines.map((line, index) =>
      `${index === 0 ? `${INDENT}${left.padEnd(width)}  ` : rest}${line}`
    );
  });
}
