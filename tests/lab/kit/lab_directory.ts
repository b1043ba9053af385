import { tmpdir } from "node:os";

/** `lab-PID-START-…`: whose directory it is; START tells a process from a later one of that PID. */
const NAME = /^lab-(\d+)-(\d+)-/;

/** Makes a directory for one lab, which says which process it belongs to. */
export async function makeLabDirectory(): Promise<string> {
  const started = await startOf(Deno.pid);
  return await Deno.makeTempDir({ prefix: `lab-${Deno.pid}-${started}-` });
}

/**
 * Removes the directories of labs whose process was killed. Nothing else stays of a lab then: its
 * namespaces, and all that is mounted in them, end with the processes inside.
 *
 * @returns what was removed
 */
export async function removeLeftovers(): Promise<readonly string[]> {
  const removed: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(tmpdir())) {
    const [, pid = "", started = ""] = NAME.exec(name) ?? [];
    if (!isDirectory || pid === "" || await startOf(Number(pid)) === started) continue;
    if (await removeIfOurs(`${tmpdir()}/${name}`)) removed.push(name);
  }
  return removed;
}

/** False for what belongs to another user, or was removed meanwhile by another lab that starts. */
async function removeIfOurs(directory: string): Promise<boolean> {
  try {
    if ((await Deno.stat(directory)).uid !== Deno.uid()) return false;
    await Deno.remove(directory, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** When a process began, as the kernel counts it; null when there is none of that PID. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    // The name in parentheses may have blanks and parentheses in it; 20 fields later comes the time.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
