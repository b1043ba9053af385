/**
 * `deno task docs [--check]`: writes docs/configuration.md and the JSON Schemas for editors from the
 * readers of the configuration.
 */
import { configurationPage } from "../lib/app/manual/configuration_page.ts";
import { editorSchema } from "../lib/app/manual/editor_schema.ts";
import { SETTINGS_FILES } from "../lib/app/manual/settings_files.ts";
import { writeGenerated } from "./generated_files.ts";

/** The JSON Schema of each configuration by the name of its file. */
export function editorSchemas(): ReadonlyMap<string, string> {
  return new Map(SETTINGS_FILES.map((file) => [
    `${file.name}.schema.json`,
    `${JSON.stringify(editorSchema(file), null, 2)}\n`,
  ]));
}

/** Writes or checks the page and the schemas; returns the exit status. */
export async function writeSettingsDocs(args: readonly string[]): Promise<number> {
  const page = new Map([["configuration.md", configurationPage(SETTINGS_FILES)]]);
  const statuses = [
    await writeGenerated("docs", page, args),
    await writeGenerated("docs/schemas", editorSchemas(), args),
  ];
  return Math.max(...statuses);
}
