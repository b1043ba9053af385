/** What a target is called where people choose what to download. */
import type { Target } from "../compile_target.ts";
import type { Project } from "./project.ts";

/** Short names: `linux-x64` says more than what a compiler calls it. */
export const SHORT_NAMES: Readonly<Record<Target, string>> = {
  "x86_64-unknown-linux-gnu": "linux-x64",
  "aarch64-unknown-linux-gnu": "linux-arm64",
  "x86_64-pc-windows-msvc": "windows-x64",
  "x86_64-apple-darwin": "macos-x64",
  "aarch64-apple-darwin": "macos-arm64",
};

/** One release: what all its files have in common. */
export interface Release extends Project {
  readonly version: string;
  /** When its sources were committed, in seconds since 1970; the time of every file in it. */
  readonly seconds: number;
}

/** How an archive is packed. */
export type Packing = "tar.gz" | "tar.xz" | "zip";

/** The archive of a target: `cnapt-0.1.0-linux-x64.tar.gz`. */
export function archiveName(target: Target, version: string, packing: Packing): string {
  return `cnapt-${version}-${SHORT_NAMES[target]}.${packing}`;
}

/** Where a file of the release can be downloaded. */
export function downloadUrl({ homepage, version }: Release, file: string): string {
  return `${homepage}/releases/download/v${version}/${file}`;
}
