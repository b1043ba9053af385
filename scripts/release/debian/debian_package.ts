/** The Debian package of both programs, made without dpkg, so that it can be made anywhere. */
import type { Extras } from "../archive_files.ts";
import type { Release } from "../release_target.ts";
import { tar } from "../tar.ts";
import { ar } from "./ar.ts";
import { controlFiles } from "./control_files.ts";
import { dataFiles } from "./data_files.ts";

/** Packs a tar archive; dpkg knows gzip and xz. */
export interface Packer {
  /** `gz` or `xz`. */
  readonly ending: string;
  pack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** The bytes of `cnapt_VERSION_amd64.deb`. */
export async function debianPackage(
  program: Uint8Array,
  extras: Extras,
  release: Release,
  { ending, pack }: Packer,
): Promise<Uint8Array> {
  const data = dataFiles(program, extras, release);
  const control = controlFiles(data, release);
  const members = new Map([
    ["debian-binary", new TextEncoder().encode("2.0\n")],
    [`control.tar.${ending}`, await pack(dotted(control, release.seconds))],
    [`data.tar.${ending}`, await pack(dotted(data, release.seconds))],
  ]);
  return ar(members, release.seconds);
}

/** Paths in a package begin with `./`. */
function dotted(files: Parameters<typeof tar>[0], seconds: number): Uint8Array<ArrayBuffer> {
  return tar(files.map((file) => ({ ...file, path: `./${file.path}` })), seconds);
}
