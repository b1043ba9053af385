/** How tar archives become small. */
import { gzipSync } from "node:zlib";
import type { Packer } from "./debian/debian_package.ts";

/** The size of xz's dictionary is what unpacking takes in memory: 64 MB. */
const XZ_FLAGS = ["-9", "--threads=1", "--format=xz", "--stdout"];

/** What every machine unpacks. The header has no name and no time. */
export const GZIP: Packer = {
  ending: "gz",
  pack: (bytes) => Promise.resolve(gzipSync(bytes, { level: 9 })),
};

/** A third smaller, by the program xz. @throws {Deno.errors.NotFound} that is not here */
export const XZ: Packer = { ending: "xz", pack: packByXz };

async function packByXz(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const child = new Deno.Command("xz", {
    args: XZ_FLAGS,
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
