import type { ProgramTable } from "../program/command_table.ts";
import { commandsOf, optionsOf, type ShellOption } from "./shell_words.ts";

/** For bash 4 and newer, without the package bash-completion. */
export function bashScript(program: ProgramTable): string {
  const { name } = program;
  const commands = commandsOf(program);
  const cases = commands.map((command) => {
    const options = optionsOf(command);
    const values = options.flatMap(valueCase);
    return [
      `    ${command.name})`,
      `      options="${options.map((one) => `--${one.name}`).join(" ")}"`,
      ...(values.length === 0 ? [] : ['      case "$previous" in', ...values, "      esac"]),
      ...wordLines(command.words[0]?.completes),
      "      ;;",
    ].join("\n");
  });
  return `# bash completion of ${name}, made by \`${name} completion bash\`
_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local commands="${commands.map((one) => one.name).join(" ")}"
  local options="--help --version" words="" command="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -*) ;;
      *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  case "$command" in
    "") words="$commands" ;;
${cases.join("\n")}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
  esac
}
complete -F _${name} ${name}
`;
}

function valueCase({ name, completes, hasValue }: ShellOption): readonly string[] {
  if (!hasValue) return [];
  const reply = completes === "file"
    ? 'COMPREPLY=($(compgen -f -- "$word"))'
    : `COMPREPLY=($(compgen -W "${completes.join(" ")}" -- "$word"))`;
  return [`        --${name}) ${reply}; return ;;`];
}

function wordLines(completes: "file" | readonly string[] | undefined): readonly string[] {
  if (completes === undefined) return [];
  return completes === "file"
    ? ['      words="$(compgen -f -- "$word")"']
    : [`      words="${completes.join(" ")}"`];
}
