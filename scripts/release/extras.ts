/** Collects what goes into every archive beside the programs. */
import { CNAPT } from "../../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../../lib/app/commands/snapt_commands.ts";
import { completionScript } from "../../lib/app/manual/completion_script.ts";
import { packagedUnit } from "../../lib/app/service/packaged_unit.ts";
import { manPages } from "../man_pages.ts";
import type { Extras } from "./archive_files.ts";

const ROOT = new URL("../../", import.meta.url);

/** Man pages and completions from the tables that the programs have, the rest from its files. */
export async function extras(): Promise<Extras> {
  const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
  return {
    license: await read("LICENSE"),
    readme: await read("README.md"),
    man: manPages(),
    completions: completions(),
    schemas: await schemas(),
    unit: packagedUnit(),
  };
}

async function schemas(): Promise<ReadonlyMap<string, string>> {
  const folder = new URL("docs/schemas/", ROOT);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await Deno.readTextFile(new URL(name, folder))] as const),
    ),
  );
}

/** Each script under the name by which its shell finds it. */
function completions(): ReadonlyMap<string, string> {
  return new Map([CNAPT, SNAPT].flatMap((program) =>
    [
      [`bash/${program.name}`, completionScript(program, "bash")],
      [`zsh/_${program.name}`, completionScript(program, "zsh")],
      [`fish/${program.name}.fish`, completionScript(program, "fish")],
      [`powershell/${program.name}.ps1`, completionScript(program, "powershell")],
    ] as const
  ));
}
