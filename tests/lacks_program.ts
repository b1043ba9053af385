/** Whether a program is on this machine; says which tests are skipped when it is not. */
export function lacksProgram(name: string, tests: string): boolean {
  const isThere = programPath(name) !== null;
  if (!isThere) console.log(`SKIPPED ${tests}: the program ${name} is not on this machine`);
  return !isThere;
}

/** Where a program is on this machine; null: it is not on it, or nobody can tell. */
export function programPath(name: string): string | null {
  if (Deno.build.os === "windows") return null;
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.map((folder) => `${folder}/${name}`).find(isFile) ?? null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
