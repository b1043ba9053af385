/**
 * `deno task docs [--check]`: writes docs/man from the tables of commands and settings. `--check`
 * writes nothing and ends with status 1 if a page is stale.
 */
import { CNAPT } from "../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../lib/app/commands/snapt_commands.ts";
import { programPage, settingsPage } from "../lib/app/manual/man_page.ts";
import { CNAPT_YAML, SNAPT_YAML } from "../lib/app/manual/settings_files.ts";
import { writeGenerated } from "./generated_files.ts";

/** Every page by the name of its file. */
export function manPages(): ReadonlyMap<string, string> {
  return new Map([
    ...[CNAPT, SNAPT].map((one) => [`${one.name}.${one.section}`, programPage(one)] as const),
    ...[CNAPT_YAML, SNAPT_YAML].map((one) => [`${one.name}.5`, settingsPage(one)] as const),
  ]);
}

/** Writes or checks the pages; returns the exit status. */
export async function writeManPages(args: readonly string[]): Promise<number> {
  return await writeGenerated("docs/man", manPages(), args);
}
