import { dirname } from "node:path";
import type { PathPart } from "../service/writable_by_others.ts";

/**
 * What leads to `path`, from its end to the root, as it is written and as it is without links; empty
 * on Windows, where there are no modes.
 *
 * @throws {Deno.errors.NotFound} there is no such file
 */
export async function pathParts(path: string): Promise<readonly PathPart[]> {
  if (Deno.build.os === "windows") return [];
  const ways = new Set([path, await Deno.realPath(path)].flatMap(upwards));
  return await Promise.all([...ways].map(async (path) => {
    const { isDirectory, uid, gid, mode } = await Deno.stat(path);
    return { path, isFolder: isDirectory, uid: uid ?? 0, gid: gid ?? 0, mode: mode ?? 0 };
  }));
}

function upwards(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [path] : [path, ...upwards(folder)];
}
