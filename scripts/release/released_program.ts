/** The program of a release: both in one file, on the smaller runtime where there is one. */
import { compileProgram, denoCache } from "../compile.ts";
import { binaryName, type Target } from "../compile_target.ts";
import { inBuildFolder } from "./build_folder.ts";
import { smallerRuntime } from "./smaller_runtime.ts";

const ROOT = new URL("../../", import.meta.url);

/** Both programs in one file; which of them it is, its name says. */
const ENTRY = "either.ts";

/**
 * Compiles the program.
 *
 * @param place where its sources are copied to; part of what comes out
 * @returns null, and it was said why: it could not be made
 * @throws {TypeError} `place` is taken
 */
export async function releasedProgram(
  target: Target,
  seconds: number,
  place: string,
): Promise<Uint8Array | null> {
  const folder = await Deno.makeTempDir({ prefix: "cnapt-release-" });
  try {
    const path = `${folder}/${binaryName("cnapt", target)}`;
    const order = { entry: ENTRY, target, path };
    // This checks the types, and fetches runtime and packages where they are not in Deno's cache.
    const first = await compileProgram({ ...order, folder: ROOT, flags: [], env: {} });
    if (first.kind === "notMade") {
      console.error(`Cannot make the program for ${target}: ${first.reason}`);
      return null;
    }
    const runtime = await smallerRuntime(target, folder);
    if (runtime.kind === "notMade") {
      console.log(`SKIPPED the smaller runtime for ${target}: ${runtime.reason}`);
    }
    const denort: Readonly<Record<string, string>> = runtime.kind === "made"
      ? { DENORT_BIN: runtime.path }
      : {};
    const made = await inBuildFolder(
      place,
      await denoCache(),
      seconds,
      ({ sources, denoDir }) =>
        compileProgram({
          ...order,
          folder: sources,
          flags: ["--no-check"],
          env: { DENO_DIR: denoDir, ...denort },
        }),
    );
    if (made.kind === "notMade") {
      console.error(`Cannot make the program for ${target} again: ${made.reason}`);
      return null;
    }
    return await Deno.readFile(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
