import { snaptMain } from "./lib/app/snapt_main.ts";

Deno.exit(await snaptMain(Deno.args));
