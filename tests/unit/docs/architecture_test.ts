import { FOLDER_ORDER } from "../../../scripts/lint/folder_order.ts";
import { assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url);
const PAGE = await Deno.readTextFile(new URL("ARCHITECTURE.md", ROOT));
/** A path of the project between backquotes; what has a `…` or a blank in it is none. */
const PATH = /`((?:lib|tests|scripts|docs|\.ci)\/[\w./-]*)`/g;

Deno.test("every path that ARCHITECTURE.md names is there", () => {
  const named = [...PAGE.matchAll(PATH)].map(([, path = ""]) => path);
  assertEquals(named.length > 80, true, `only ${named.length} paths were found`);
  assertEquals(named.filter((path) => !exists(path)), []);
});

Deno.test("ARCHITECTURE.md has a line for every folder of lib, and for no other", () => {
  const listed = [...PAGE.matchAll(/^\| `(lib\/[\w/-]+)` +\| \S/gm)].map(([, path = ""]) => path);
  assertEquals([...listed].sort(), foldersWithFiles("lib").sort());
});

Deno.test("ARCHITECTURE.md says the order of folders that the linter checks", () => {
  for (const [layer, rows] of Object.entries(FOLDER_ORDER)) {
    const order = rows.filter((row) => !row.includes(".")).map((row) => row.join(" & "));
    const line = `   - \`lib/${layer}\`: ${order.join(", ")}.\n`;
    assertEquals(PAGE.includes(line), true, `missing: ${line}`);
  }
});

Deno.test("every folder in the linter's order of folders is there", () => {
  const listed = Object.entries(FOLDER_ORDER)
    .flatMap(([layer, rows]) => rows.flat().map((folder) => `lib/${layer}/${folder}`));
  assertEquals(listed.filter((path) => !exists(path)), []);
});

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function foldersWithFiles(folder: string): string[] {
  if (folder === "lib/page") return [folder]; // one program, for the browser
  const entries = [...Deno.readDirSync(new URL(`${folder}/`, ROOT))];
  const files = entries.filter(({ isFile, name }) => isFile && name.endsWith(".ts")).length;
  // Few files that stand alone (`lib/core/exhaustive.ts`) make no folder with a subject of its own.
  const fewest = folder.split("/").length > 2 ? 1 : 6;
  const found = files >= fewest ? [folder] : [];
  for (const { name, isDirectory } of entries) {
    if (isDirectory) found.push(...foldersWithFiles(`${folder}/${name}`));
  }
  return found;
}
