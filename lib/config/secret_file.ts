import { basename, dirname } from "node:path";

/**
 * Writes a file that only its owner may read, in one step: a reader sees the old or the new text,
 * never half of it, and at no moment is it open to others.
 */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = await Deno.makeTempFile({ dir: folder, prefix: `.${basename(path)}.` });
  try {
    if (Deno.build.os !== "windows") await Deno.chmod(temporary, 0o600);
    await Deno.writeTextFile(temporary, text);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

export async function readSecretFile(path: string): Promise<string> {
  return await Deno.readTextFile(path);
}

/** Whether others than the owner may read the file; false where that cannot be told. */
export async function isExposed(path: string): Promise<boolean> {
  const { mode } = await Deno.stat(path);
  return Deno.build.os !== "windows" && mode !== null && (mode & 0o077) !== 0;
}
