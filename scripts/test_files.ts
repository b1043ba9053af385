/** Which files of tests there are, and which of them do not run beside others. */

const ROOT = new URL("../", import.meta.url);

/** The folder of what a test does to, or reads of, its whole process. */
const WHOLE_PROCESS = /from "[./]+\/whole_process\//;

/** The files of tests in a folder, which ends in a slash, sorted; relative to the project. */
export async function testFilesIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) found.push(...await testFilesIn(`${folder}${name}/`));
    else if (name.endsWith("_test.ts")) found.push(`${folder}${name}`);
  }
  return found.sort();
}

/**
 * Those that do not run beside others. `deno test --parallel` has one process with a thread for each
 * file: a limit, a variable or a count of descriptors is that of all of them.
 */
export async function filesAlone(files: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(files.map((path) => Deno.readTextFile(new URL(path, ROOT))));
  return files.filter((_, at) => isAlone(texts[at] ?? ""));
}

/** Whether a file with this text is one of them. */
export function isAlone(text: string): boolean {
  return WHOLE_PROCESS.test(text);
}
