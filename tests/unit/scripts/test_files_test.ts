import { filesAlone, isAlone, testFilesIn } from "../../../scripts/test_files.ts";
import { assert, assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url);
/** Run as threads of one process. */
const PARALLEL_FOLDERS = ["tests/unit/", "tests/sim/"];
/** What changes, or reads, something that all threads of a process share. */
const OF_THE_PROCESS =
  /\bsetrlimit\b|\bDeno\.(env\.(set|delete)|chdir|umask)\b|\/proc\/(self|\$\{Deno.pid)/;

Deno.test("a file does not run beside others when it imports what concerns the whole process", () => {
  assert(isAlone('import { umask } from "../../whole_process/umask.ts";'));
  assert(!isAlone('import { assert } from "../../assert.ts"; // whole_process/'));
});

Deno.test("a file that takes the descriptors of the process does not run beside others", async () => {
  const alone = await filesAlone(await testFilesIn("tests/unit/net/"));
  assert(alone.includes("tests/unit/net/exhaustion_test.ts"), alone.join("\n"));
});

Deno.test("tests that run beside others touch nothing of the whole process", async () => {
  const files = (await Promise.all(PARALLEL_FOLDERS.map(testFilesIn))).flat();
  const alone = new Set(await filesAlone(files));
  const beside = files.filter((path) => !alone.has(path));
  assert(beside.length > 100, `${beside.length} files`);
  const texts = await Promise.all(beside.map((path) => Deno.readTextFile(new URL(path, ROOT))));
  const wrong = beside.filter((_, at) => OF_THE_PROCESS.test(texts[at] ?? ""));
  assertEquals(wrong, [], "what they do belongs into tests/whole_process");
});
