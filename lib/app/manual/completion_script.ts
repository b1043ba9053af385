import type { ProgramTable } from "../program/command_table.ts";
import { bashScript } from "./bash_script.ts";
import { fishScript } from "./fish_script.ts";
import { powershellScript } from "./powershell_script.ts";
import { zshScript } from "./zsh_script.ts";

/** What `shell` needs to complete the commands and options of `program`. */
export function completionScript(
  program: ProgramTable,
  shell: "bash" | "zsh" | "fish" | "powershell",
): string {
  switch (shell) {
    case "bash":
      return bashScript(program);
    case "zsh":
      return zshScript(program);
    case "fish":
      return fishScript(program);
    case "powershell":
      return powershellScript(program);
  }
}
