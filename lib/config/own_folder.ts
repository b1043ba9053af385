import { dirname } from "node:path";
import { writeNewFile } from "./new_file.ts";
import { nullUnlessSystem } from "./system_failure.ts";

/** Makes the folder of a file, for its owner only, where it is not there. Throws what the system says. */
export async function makeOwnFolder(file: string): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true, mode: 0o700 });
}

/**
 * The same for a configuration: a folder that root makes is the machine's, and a service that runs as
 * another user reads what lies there, whatever root's umask is. Throws what the system says.
 */
export async function makeConfigFolder(file: string): Promise<void> {
  if (Deno.uid() !== 0) return await makeOwnFolder(file);
  const folder = dirname(file);
  const isThere = await Deno.stat(folder).catch(nullUnlessSystem) !== null;
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  if (!isThere) await Deno.chmod(folder, 0o755);
}

/** A new configuration without secrets in such a folder, for the same reader. Throws as `writeNewFile`. */
export async function writeNewConfig(file: string, text: string): Promise<void> {
  await makeConfigFolder(file);
  await writeNewFile(file, text);
  if (Deno.uid() === 0) await Deno.chmod(file, 0o644);
}
