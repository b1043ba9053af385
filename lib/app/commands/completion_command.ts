import { type Command, command, type ProgramTable } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import { showLines } from "../program/show.ts";

/** The shells that are told what can be typed. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** `cnapt completion SHELL`: the same for both programs. `table` is asked when it runs. */
export function completionCommand(name: "cnapt" | "snapt", table: () => ProgramTable): Command {
  return command({
    name: "completion",
    summary: "prints what a shell needs to complete commands and options",
    description: [
      "The script goes to standard output. It is made from the same table as this help, and asks " +
      "nothing of the program when it completes.",
    ],
    words: [{ value: "SHELL", summary: SHELLS.join(", "), completes: SHELLS }],
    options: {},
    examples: [
      { line: `source <(${name} completion bash)`, what: "in ~/.bashrc" },
      { line: `${name} completion zsh > ~/.zfunc/_${name}`, what: "in a folder of fpath" },
      {
        line: `${name} completion fish > ~/.config/fish/completions/${name}.fish`,
        what: "for fish",
      },
      {
        line: `${name} completion powershell | Out-String | Invoke-Expression`,
        what: "in the profile of PowerShell",
      },
    ],
    run: async ({ words }) => {
      const shell = SHELLS.find((one) => one === words[0]?.toLowerCase());
      if (shell === undefined) {
        throw new UsageError(`Cannot complete for ${words[0]}: there are ${SHELLS.join(", ")}`);
      }
      const { completionScript } = await import("../manual/completion_script.ts");
      showLines(completionScript(table(), shell));
    },
  });
}
