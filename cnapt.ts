import { CNAPT } from "./lib/app/commands/cnapt_commands.ts";
import { runProgram } from "./lib/app/program/run_program.ts";

Deno.exit(await runProgram(CNAPT, Deno.args));
