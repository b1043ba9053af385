/** How tar archives become small. */
import { gzipSync } from "node:zlib";
import type { Target } from "../compile_target.ts";
import type { Packer } from "./debian/debian_package.ts";

const XZ_FLAGS = ["--threads=1", "--format=xz", "--stdout"];
/** The size of the dictionary is what unpacking takes in memory: 64 MB. */
const XZ_METHOD = "--lzma2=preset=9";

/** What every machine unpacks. The header has no name and no time. */
export const GZIP: Packer = {
  ending: "gz",
  pack: (bytes) => Promise.resolve(gzipSync(bytes, { level: 9 })),
};

/**
 * A third smaller, by the program xz. Before that it may rewrite the jumps of a processor, so that
 * jumps to one place look the same. Every xz of the last ten years undoes that for x86, but not
 * the one in busybox; for ARM64 it takes version 5.4, which not everybody has.
 *
 * @throws {Deno.errors.NotFound} xz is not here
 */
export function xz(target: Target): Packer {
  const jumps = target.startsWith("x86_64-") ? ["--x86"] : [];
  return { ending: "xz", pack: (bytes) => packByXz(bytes, jumps) };
}

async function packByXz(
  bytes: Uint8Array<ArrayBuffer>,
  filters: readonly string[],
): Promise<Uint8Array> {
  const child = new Deno.Command("xz", {
    args: [...XZ_FLAGS, ...filters, XZ_METHOD],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const [{ success, code, stdout }] = await Promise.all([
    child.output(),
    new Response(bytes).body?.pipeTo(child.stdin),
  ]);
  if (!success) throw new Error(`Cannot pack: xz ended with ${code}`);
  return stdout;
}

/** Whether xz is on this machine. */
export async function hasXz(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("xz", { args: ["--version"], stdout: "null" })
      .output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
