/** Both programs in one file, as `deno task release` compiles it. */
import process from "node:process";
import { CNAPT } from "./lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "./lib/app/commands/snapt_commands.ts";
import { chosenProgram } from "./lib/app/program/chosen_program.ts";
import { exitCodeOf } from "./lib/app/program/exit_code.ts";
import { standardError } from "./lib/app/program/log_output.ts";
import { runProgram } from "./lib/app/program/run_program.ts";
import { BUILT_FROM } from "./lib/app/program/version.ts";

const chosen = chosenProgram(
  process.argv0,
  Deno.args,
  Deno.args[0]?.startsWith(BUILT_FROM) ? 1 : 0,
);
if (chosen === null) {
  standardError.line(
    "Cannot tell which program this is: call the file cnapt or snapt, or put that word first",
  );
  await standardError.flush();
  Deno.exit(exitCodeOf("usage"));
}
Deno.exit(await runProgram(chosen.program === "cnapt" ? CNAPT : SNAPT, chosen.args));
