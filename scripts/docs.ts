/** `deno task docs [--check]`: everything under docs that is made from the sources. */
import { writeManPages } from "./man_pages.ts";
import { writeProtocol } from "./protocol_docs.ts";

const statuses = [await writeProtocol(Deno.args), await writeManPages(Deno.args)];
Deno.exitCode = Math.max(...statuses);
