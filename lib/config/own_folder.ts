import { dirname } from "node:path";

/** Makes the folder of a file, for its owner only, where it is not there. Throws what the system says. */
export async function makeOwnFolder(file: string): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true, mode: 0o700 });
}

/**
 * The same for a configuration: a folder that root makes is the machine's, and a service that runs as
 * another user reads what lies there. Throws what the system says.
 */
export async function makeConfigFolder(file: string): Promise<void> {
  const mode = Deno.uid() === 0 ? 0o755 : 0o700;
  await Deno.mkdir(dirname(file), { recursive: true, mode });
}
