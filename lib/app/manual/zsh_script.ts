import type { ProgramTable } from "../program/command_table.ts";
import { commandsOf, optionsOf, type ShellCommand, type ShellOption } from "./shell_words.ts";

/** For zsh: a file `_cnapt` in a folder of `fpath`, or sourced after `compinit`. */
export function zshScript(program: ProgramTable): string {
  const { name } = program;
  const commands = commandsOf(program);
  const list = commands.map((one) => `    ${quoted(`${one.name}:${escaped(one.summary)}`)}`);
  return `#compdef ${name}
# zsh completion of ${name}, made by \`${name} completion zsh\`
_${name}() {
  local -a commands
  commands=(
${list.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    _arguments '--help[shows every command]' '--version[shows the version]'
    return
  fi
  local command="\${words[2]}"
  shift words
  ((CURRENT--))
  case "$command" in
${commands.map(branch).join("\n")}
  esac
}
if [[ "\${funcstack[1]}" == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function branch(command: ShellCommand): string {
  const words = command.words.map(({ value, completes }, index) =>
    quoted(`${index + 1}:${escaped(value)}:${action(completes ?? [])}`)
  );
  const all = [...optionsOf(command).map(argument), ...words];
  return `    ${command.name})\n      _arguments ${all.join(" \\\n        ")}\n      ;;`;
}

function argument({ name, summary, hasValue, isRepeatable, completes }: ShellOption): string {
  const value = hasValue ? `:${name}:${action(completes)}` : "";
  return quoted(
    `${isRepeatable ? "*" : ""}--${name}[${escaped(summary).replace(/[[\]]/g, "\\$&")}]${value}`,
  );
}

function action(completes: "file" | readonly string[]): string {
  if (completes === "file") return "_files";
  return completes.length === 0 ? " " : `(${completes.join(" ")})`;
}

function escaped(text: string): string {
  return text.replaceAll(":", "\\:");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
