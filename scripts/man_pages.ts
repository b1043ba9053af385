/**
 * `deno task docs [--check]`: writes docs/man from the tables of commands and settings. `--check`
 * writes nothing and ends with status 1 if a page is stale.
 */
import { parseArgs } from "node:util";
import { CNAPT } from "../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../lib/app/commands/snapt_commands.ts";
import { CNAPT_YAML } from "../lib/app/manual/cnapt_yaml.ts";
import { programPage, settingsPage } from "../lib/app/manual/man_page.ts";
import { SNAPT_YAML } from "../lib/app/manual/snapt_yaml.ts";

const FOLDER = new URL("../docs/man/", import.meta.url);

/** Every page by the name of its file. */
export function manPages(): ReadonlyMap<string, string> {
  return new Map([
    ...[CNAPT, SNAPT].map((one) => [`${one.name}.${one.section}`, programPage(one)] as const),
    ...[CNAPT_YAML, SNAPT_YAML].map((one) => [`${one.name}.5`, settingsPage(one)] as const),
  ]);
}

/** Writes or checks the pages; returns the exit status. */
export async function writeManPages(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean", default: false } },
  });
  await Deno.mkdir(FOLDER, { recursive: true });
  let status = 0;
  for (const [name, wanted] of manPages()) {
    const file = new URL(name, FOLDER);
    const current = await Deno.readTextFile(file).catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    if (current === wanted) console.log(`docs/man/${name} is as the tables are`);
    else if (values.check) {
      console.error(
        `Cannot accept docs/man/${name}: the tables have changed; run ` +
          "`npx -y deno@2.9.4 task docs`",
      );
      status = 1;
    } else {
      await Deno.writeTextFile(file, wanted);
      console.log(`wrote docs/man/${name}`);
    }
  }
  return status;
}
