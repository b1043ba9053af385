/** Compiles for one target and packs what comes of it. */
import { compileProgram, denoCache } from "../compile.ts";
import { binaryName, type Target } from "../compile_target.ts";
import { archiveFiles, type Extras } from "./archive_files.ts";
import { inBuildFolder } from "./build_folder.ts";
import { debianPackage } from "./debian/debian_package.ts";
import { GZIP, hasXz, xz } from "./packers.ts";
import { archiveName, type Packing, type Release } from "./release_target.ts";
import { smallerRuntime } from "./smaller_runtime.ts";
import { tar } from "./tar.ts";
import { zip } from "./zip.ts";

const ROOT = new URL("../../", import.meta.url);

/** Both programs in one file; which of them it is, its name says. */
const ENTRY = "either.ts";

/** Writes the archives of `target` into `output`; returns whether the program could be made. */
export async function makeArchives(
  target: Target,
  extras: Extras,
  release: Release,
  output: string,
): Promise<boolean> {
  const program = await compiled(target, release.seconds);
  if (program === null) return false;
  const { version, seconds } = release;
  const write = async (name: string, bytes: Uint8Array) => {
    await Deno.writeFile(`${output}/${name}`, bytes);
    console.log(`made ${output}/${name} (${(bytes.length / 1e6).toFixed(1)} MB)`);
  };
  const named = (packing: Packing) => archiveName(target, version, packing);
  const folder = named("zip").replace(/\.zip$/, "");
  const files = archiveFiles(folder, target, program, extras);
  if (target.includes("windows")) {
    await write(named("zip"), zip(files, seconds));
    return true;
  }
  const archive = tar(files, seconds);
  await write(named("tar.gz"), await GZIP.pack(archive));
  const small = await hasXz() ? xz(target) : null;
  if (small !== null) await write(named("tar.xz"), await small.pack(archive));
  else console.log(`SKIPPED ${named("tar.xz")}: the program xz is not on this machine`);
  if (target === "x86_64-unknown-linux-gnu") {
    const bytes = await debianPackage(program, extras, release, small ?? GZIP);
    await write(`cnapt_${version}_amd64.deb`, bytes);
  }
  return true;
}

/** The program, on the smaller runtime if there is one; null, and it is said why: none. */
async function compiled(target: Target, seconds: number): Promise<Uint8Array | null> {
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
