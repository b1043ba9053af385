import { basename, dirname, resolve } from "node:path";
import { nullUnlessSystem } from "./system_failure.ts";
import { writeThrough } from "./write_through.ts";

/** Links that lead to links that lead to … : as many as Linux follows. */
const MAX_LINKS = 40;

/**
 * Writes a file that only its owner is allowed to read, in one step: a reader sees the old or the new text,
 * never half of it, and at no moment is it open to others. What a link points at is written, not
 * the link. What root writes belongs to whom it belonged, or to the owner of the folder: the service
 * of another user goes on reading it.
 */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const target = await endOfLinks(path);
  const temporary = await Deno.makeTempFile({
    dir: dirname(target),
    prefix: `.${basename(target)}.`,
  });
  try {
    if (Deno.build.os !== "windows") await Deno.chmod(temporary, 0o600);
    await giveToOwner(temporary, target);
    await writeThrough(temporary, text);
    await Deno.rename(temporary, target);
  } catch (error) {
    await Deno.remove(temporary).catch(nullUnlessSystem);
    throw error;
  }
}

/**
 * Gives a file that root has made to whom `target` belongs, or else the folder of `target`; nobody
 * but root can.
 */
export async function giveToOwner(file: string, target: string): Promise<void> {
  if (Deno.uid() !== 0) return;
  const { uid, gid } = await Deno.stat(target).catch(nullUnlessSystem) ??
    await Deno.stat(dirname(target));
  if (uid === null || uid === 0) return;
  // Deno.chown follows a link that the owner of the folder may have put there meanwhile.
  const { lchown } = await import("node:fs/promises");
  await lchown(file, uid, gid ?? uid);
}

/** The file that a path leads to, also when it is not there yet. */
async function endOfLinks(path: string): Promise<string> {
  let end = path;
  for (let followed = 0; followed < MAX_LINKS; followed++) {
    const found = await Deno.lstat(end).catch(nullUnlessSystem);
    if (found?.isSymlink !== true) return end;
    const next = await Deno.readLink(end);
    const folder = await Deno.realPath(dirname(end)).catch(nullUnlessSystem) ?? dirname(end);
    end = resolve(folder, next);
  }
  return path;
}

export async function readSecretFile(path: string): Promise<string> {
  return await Deno.readTextFile(path);
}

/** Whether others than the owner are allowed to read the file; false where there is none or nobody can tell. */
export async function isExposed(path: string): Promise<boolean> {
  const mode = await Deno.stat(path).then((found) => found.mode, nullUnlessSystem);
  return Deno.build.os !== "windows" && mode !== null && (mode & 0o077) !== 0;
}
