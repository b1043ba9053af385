import { cnaptMain } from "./lib/app/commands/cnapt_main.ts";

Deno.exit(await cnaptMain(Deno.args));
