/** The compiled programs of dist/, as users run them, for the tests that start programs. */
import { fileURLToPath } from "node:url";
import { binaryName, isTarget, type Program } from "../scripts/compile_target.ts";

const ROOT = new URL("../", import.meta.url);

/**
 * What the compiled `program` is called inside the project; null when dist/ has none, or one that is
 * older than a source.
 */
export function compiledProduct(program: Program): string | null {
  const target = Deno.build.target;
  if (!isTarget(target)) return null;
  const path = `dist/${binaryName(program, target)}`;
  const made = changedAt(new URL(path, ROOT));
  newest ??= Math.max(changedAt(new URL("deno.json", ROOT)), newestIn(new URL("lib/", ROOT)));
  return made > Math.max(newest, changedAt(new URL(`${program}.ts`, ROOT))) ? path : null;
}

/** The same with its folder. */
export function compiledProductPath(program: Program): string | null {
  const path = compiledProduct(program);
  return path === null ? null : fileURLToPath(new URL(path, ROOT));
}

let newest: number | null = null;

function newestIn(folder: URL): number {
  let latest = 0;
  for (const entry of Deno.readDirSync(folder)) {
    const changed = entry.isDirectory
      ? newestIn(new URL(`${entry.name}/`, folder))
      : changedAt(new URL(entry.name, folder));
    latest = Math.max(latest, changed);
  }
  return latest;
}

/** In ms since 1970; 0 when there is no such file. */
function changedAt(file: URL): number {
  try {
    return Deno.statSync(file).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
