import { dirname } from "node:path";

/** Makes the folder of a file, for its owner only, where it is not there. Throws what the system says. */
export async function makeOwnFolder(file: string): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true, mode: 0o700 });
}
