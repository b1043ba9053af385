import { CNAPT } from "../../../../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../../../../lib/app/commands/snapt_commands.ts";
import { completionScript } from "../../../../lib/app/manual/completion_script.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** What `shell` says when it runs `script`. */
async function says(shell: string, script: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(shell, {
    args: shell === "bash" ? ["--norc", "-c", script] : ["-c", script],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stderr)], [0, ""]);
  return text(stdout);
}

/** What bash offers when Tab is pressed behind these words. */
async function offers(...words: readonly string[]): Promise<readonly string[]> {
  const typed = ["cnapt", ...words].map((word) => `'${word}'`).join(" ");
  const out = await says(
    "bash",
    `${completionScript(CNAPT, "bash")}
COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _cnapt; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  return out.trim().split("\n");
}

for (const program of [CNAPT, SNAPT]) {
  for (const shell of SHELLS) {
    Deno.test(`the completion of ${program.name} for ${shell} knows every command and option`, () => {
      const script = completionScript(program, shell);
      for (const { name, options } of program.commands) {
        assert(script.includes(name), name);
        for (const option of Object.keys(options)) assert(script.includes(option), option);
      }
    });
  }
}

const ignore = lacksProgram("bash", "the test of completion in bash");

Deno.test("bash completes commands, options, values and words", { ignore }, async () => {
  assertEquals(await offers("sw"), ["switch"]);
  assertEquals(await offers("switch", "--str"), ["--strict"]);
  assertEquals(await offers("completion", "po"), ["powershell"]);
  assertEquals(await offers("help", "provid"), ["providers"]);
  assertEquals(await offers("--ver"), ["--version"]);
  assertEquals((await offers("status", "")).join(), "");
});

for (const shell of ["zsh", "fish"] as const) {
  const isMissing = lacksProgram(shell, `the test of completion in ${shell}`);
  Deno.test(`${shell} reads the completion of both programs`, { ignore: isMissing }, async () => {
    for (const program of [CNAPT, SNAPT]) {
      const load = shell === "zsh" ? "autoload -Uz compinit; compinit -u -D\n" : "";
      assertEquals(await says(shell, `${load}${completionScript(program, shell)}`), "");
    }
  });
}
