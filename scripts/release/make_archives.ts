/** Compiles for one target and packs what comes of it. */
import type { Target } from "../compile_target.ts";
import { archiveFiles, type Extras } from "./archive_files.ts";
import { BUILD_PLACE } from "./build_folder.ts";
import { debianPackage } from "./debian/debian_package.ts";
import { GZIP, hasXz, xz } from "./packers.ts";
import { archiveName, type Packing, type Release } from "./release_target.ts";
import { releasedProgram } from "./released_program.ts";
import { tar } from "./tar.ts";
import { zip } from "./zip.ts";

/** Writes the archives of `target` into `output`; returns whether the program could be made. */
export async function makeArchives(
  target: Target,
  extras: Extras,
  release: Release,
  output: string,
): Promise<boolean> {
  const program = await releasedProgram(target, release.seconds, BUILD_PLACE);
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
