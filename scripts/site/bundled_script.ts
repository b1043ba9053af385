const ROOT = new URL("../../", import.meta.url);

/**
 * A script for the browser with the packages that it imports, in one text.
 *
 * @param path in the project
 */
export async function bundledScript(path: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "-q", "--minify", "--platform=browser", path],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot bundle ${path}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout).trim();
}
