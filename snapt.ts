import { SNAPT } from "./lib/app/commands/snapt_commands.ts";
import { runProgram } from "./lib/app/program/run_program.ts";

Deno.exit(await runProgram(SNAPT, Deno.args));
