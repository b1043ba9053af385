import type { ProgramTable } from "../program/command_table.ts";
import { commandsOf, optionsOf, type ShellCommand } from "./shell_words.ts";

/** For fish. */
export function fishScript(program: ProgramTable): string {
  const { name } = program;
  const commands = commandsOf(program);
  const lines = commands.flatMap((command) => [
    `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name} -d ${
      quoted(command.summary)
    }`,
    ...detailLines(name, command),
  ]);
  return [
    `# fish completion of ${name}, made by \`${name} completion fish\``,
    `complete -c ${name} -f`,
    `complete -c ${name} -n __fish_use_subcommand -l version -d 'shows the version'`,
    `complete -c ${name} -n __fish_use_subcommand -l help -d 'shows every command'`,
    ...lines,
    "",
  ].join("\n");
}

function detailLines(program: string, command: ShellCommand): readonly string[] {
  const start = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
  const options = optionsOf(command).map(({ name, summary, hasValue, completes }) => {
    const value = !hasValue ? "" : completes === "file" ? " -r -F" : ` -x${choices(completes)}`;
    return `${start} -l ${name}${value} -d ${quoted(summary)}`;
  });
  const words = command.words[0]?.completes;
  if (words === undefined) return options;
  return [...options, words === "file" ? `${start} -F` : `${start} -f${choices(words)}`];
}

function choices(completes: readonly string[]): string {
  return completes.length === 0 ? "" : ` -a ${quoted(completes.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
