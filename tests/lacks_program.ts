/** Whether a program is on this machine; says which tests are skipped when it is not. */
export function lacksProgram(name: string, tests: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  const isThere = Deno.build.os !== "windows" &&
    folders.some((folder) => isFile(`${folder}/${name}`));
  if (!isThere) console.log(`SKIPPED ${tests}: the program ${name} is not on this machine`);
  return !isThere;
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
