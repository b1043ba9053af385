import { snaptMain } from "./lib/app/commands/snapt_main.ts";

Deno.exit(await snaptMain(Deno.args));
