import type { Command, OptionSpec, ProgramTable } from "../program/command_table.ts";
import { EXIT_REASONS, EXITS } from "../program/exit_code.ts";
import { exitsOf } from "../program/help.ts";
import { argument, pageHead, paragraphs, tagList, textLines } from "./mdoc.ts";
import { settingSections } from "./setting_rows.ts";
import type { SettingsFile } from "./settings_files.ts";

/** The man page of a program, from its table of commands. */
export function programPage(program: ProgramTable): string {
  const { name, section, summary, description, commands, files } = program;
  const other = name === "cnapt" ? "snapt 8" : "cnapt 1";
  const lines = [
    ...pageHead(name, section, summary),
    ".Sh SYNOPSIS",
    `.Nm ${name}`,
    ".Op Ar command",
    ".Op Ar option ...",
    ".Sh DESCRIPTION",
    ...paragraphs([...description, "Without a command it runs, as with `run`."]),
    ".Sh COMMANDS",
    ...commands.flatMap(commandLines),
    ".Sh ENVIRONMENT",
    ...tagList([{ tag: "Ev NO_COLOR", text: "When it is set, nothing is written in colours." }]),
    ".Sh FILES",
    ...tagList(files.map(({ line, what }) => ({ tag: `Pa ${line}`, text: sentence(what) }))),
    ".Sh EXIT STATUS",
    ...tagList(EXIT_REASONS.map((reason) => ({
      tag: `${EXITS[reason].code}`,
      text: sentence(EXITS[reason].meaning),
    }))),
    ".Sh EXAMPLES",
    ...commands.flatMap(({ examples }) => examples).flatMap(({ line, what }, index) => [
      ...(index === 0 ? [] : [".Pp"]),
      ...textLines(sentence(what)),
      `.Dl ${line.split(" ").map(argument).join(" ")}`,
    ]),
    ".Sh SEE ALSO",
    ...seeAlso([other, `${name}.yaml 5`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** The man page of a configuration file. */
export function settingsPage(file: SettingsFile): string {
  const { name, program, summary, description, form } = file;
  const lines = [
    ...pageHead(name, 5, summary),
    ".Sh DESCRIPTION",
    ...paragraphs(description),
    ...settingSections(form).flatMap(({ title, rows }) => [
      `.Sh ${title === "" ? "THE PROGRAM" : argument(title.toUpperCase())}`,
      ...tagList(rows.map((row) => ({
        tag: `Ic ${argument(row.path)}${row.usual === "" ? "" : ` Pq ${argument(row.usual)}`}`,
        text: `${row.says} Takes ${row.form}.`,
      }))),
    ]),
    ".Sh SEE ALSO",
    ...seeAlso([program === "cnapt" ? "cnapt 1" : "snapt 8"]),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(command: Command): readonly string[] {
  const { name, summary, description, words, options } = command;
  const typed = words.map(({ value, optional }) => optional === true ? `[${value}]` : value);
  const exits = exitsOf(command).map((reason) => `${EXITS[reason].code}`).join(", ");
  return [
    `.Ss ${[name, ...typed].map(argument).join(" ")}`,
    ...paragraphs([sentence(summary), ...description]),
    ...tagList([
      ...words.map(({ value, summary }) => ({
        tag: `Ar ${argument(value)}`,
        text: sentence(summary),
      })),
      ...Object.entries(options).map(([option, spec]) => ({
        tag: optionTag(option, spec),
        text: sentence(spec.summary),
      })),
    ]),
    ".Pp",
    `Exit codes: ${exits}.`,
  ];
}

function optionTag(name: string, spec: OptionSpec): string {
  const flag = `Fl -${name}`;
  return spec.kind === "flag" ? flag : `${flag} Ar ${argument(spec.value)}`;
}

function seeAlso(pages: readonly string[]): readonly string[] {
  // By section, as readers of pages expect.
  const sorted = pages.toSorted((one, other) => sectionOf(one) - sectionOf(other));
  return sorted.map((page, index) => `.Xr ${page}${index < sorted.length - 1 ? " ," : ""}`);
}

/** With a capital and a full stop. */
function sentence(text: string): string {
  const first = text.startsWith("-") ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function sectionOf(page: string): number {
  return Number(page.slice(page.lastIndexOf(" ") + 1));
}
