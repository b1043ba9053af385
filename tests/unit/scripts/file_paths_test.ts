import { assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url);
const FOLDERS = ["lib", "scripts", "tests"];
/** The path of a file's URL: `/C:/x` on Windows, and with %20 for each space everywhere. */
const PATH_OF_URL = /(?:import\.meta\.url|\bROOT)\)\.pathname/;

Deno.test("paths of files are made with fileURLToPath, not with URL.pathname", async () => {
  const found: string[] = [];
  for (const folder of FOLDERS) {
    for (const file of await filesIn(folder)) {
      if (PATH_OF_URL.test(await Deno.readTextFile(new URL(file, ROOT)))) found.push(file);
    }
  }
  assertEquals(found, []);
});

async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...await filesIn(path));
    else if (name.endsWith(".ts")) files.push(path);
  }
  return files;
}
