import { assertEquals } from "../../assert.ts";

const LIB = new URL("../../../lib/", import.meta.url);
/** docs/decisions/0004-permissions-and-compiling.md says why. */
const ALLOWED = [
  "net/ask_command.ts",
  "net/interface_events.ts",
  "net/run_in_group.ts",
  "net/started_command.ts",
];

Deno.test("only four files of the programs start other programs", async () => {
  const found: string[] = [];
  for (const file of await filesIn(LIB)) {
    const source = await Deno.readTextFile(new URL(file, LIB));
    if (/Deno\.Command\b|node:child_process/.test(source)) found.push(file);
  }
  assertEquals(found.sort(), ALLOWED);
});

async function filesIn(folder: URL, prefix = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      files.push(...await filesIn(new URL(`${name}/`, folder), `${prefix}${name}/`));
    } else if (name.endsWith(".ts")) files.push(prefix + name);
  }
  return files;
}
