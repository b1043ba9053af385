/** Files under docs that are made from the sources. */
import { parseArgs } from "node:util";

const ROOT = new URL("../", import.meta.url);

/**
 * Writes `files` into a folder of the project, by their names; with `--check` among `args` it
 * writes nothing, and says which is stale. Returns the exit status.
 */
export async function writeGenerated(
  folder: string,
  files: ReadonlyMap<string, string>,
  args: readonly string[],
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean", default: false } },
  });
  await Deno.mkdir(new URL(folder, ROOT), { recursive: true });
  let status = 0;
  for (const [name, wanted] of files) {
    const path = `${folder}/${name}`;
    const file = new URL(path, ROOT);
    const current = await Deno.readTextFile(file).catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    if (current === wanted) console.log(`${path} is as the sources are`);
    else if (values.check) {
      console.error(
        `Cannot accept ${path}: the sources have changed; run \`npx -y deno@2.9.4 task docs\``,
      );
      status = 1;
    } else {
      await Deno.writeTextFile(file, wanted);
      console.log(`wrote ${path}`);
    }
  }
  return status;
}
