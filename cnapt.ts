import { cnaptMain } from "./lib/app/cnapt_main.ts";

Deno.exit(await cnaptMain(Deno.args));
