import { EXIT_FAILED } from "../../../../lib/app/program/exit_code.ts";
import { runProgram } from "../../../../lib/app/program/run_program.ts";
import { CommandFailed } from "../../../../lib/app/program/usage_error.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** What the program says on standard error when its only command ends with `error`. */
async function saidOf(error: Error): Promise<string> {
  const { write } = Deno.stderr;
  let said = "";
  Deno.stderr.write = (bytes) => {
    said += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  };
  try {
    const commands = { run: () => Promise.reject(error) };
    assertEquals(
      await runProgram({ name: "cnapt", version: "1", help: "", commands }, []),
      EXIT_FAILED,
    );
  } finally {
    Deno.stderr.write = write;
  }
  return said;
}

Deno.test("what a failed command quotes of others does not command the terminal", async () => {
  const quoted = "Cannot join: SNAPT says \x1b[2Jfull\x9b";
  assertEquals(
    await saidOf(new CommandFailed(quoted)),
    "Cannot join: SNAPT says \\u001b[2Jfull\\u009b\n",
  );
});

Deno.test("nor does what a mistake of ours quotes, and it still says where it is", async () => {
  const said = await saidOf(new RangeError("Cannot count \x1b[2J"));
  assert(said.startsWith("RangeError: Cannot count \\u001b[2J\n    at "), said);
});
