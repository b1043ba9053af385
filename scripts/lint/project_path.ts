import { fileURLToPath } from "node:url";

/** The places of the project's source, ordered from the top: each imports only what is below it. */
export const LAYERS = ["entry", "app", "page", "status", "relay", "net", "config", "core"] as const;

/** One layer of the product; `entry` is `cnapt.ts` and `snapt.ts`. */
export type Layer = typeof LAYERS[number];

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replaceAll("\\", "/");
const ENTRIES: ReadonlySet<string> = new Set(["cnapt.ts", "snapt.ts"]);

/**
 * Turns the file name that the linter gives into a path from the project's root, with `/`.
 *
 * @param fileName an absolute path, or one that is relative to the root already (as in tests)
 */
export function toProjectPath(fileName: string): string {
  const path = fileName.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}

/** Resolves a relative module specifier against the project path of the file that contains it. */
export function resolveImport(fromPath: string, specifier: string): string {
  return new URL(specifier, `file:///${fromPath}`).pathname.slice(1);
}

/** Tells which layer a project path belongs to, or `null` for tests, scripts and other files. */
export function layerOf(path: string): Layer | null {
  if (ENTRIES.has(path)) return "entry";
  const folder = /^lib\/([^/]+)\//.exec(path)?.[1];
  return LAYERS.find((layer) => layer !== "entry" && layer === folder) ?? null;
}

/** Tells whether the file is part of the product, as opposed to its tests and scripts. */
export function isProduct(path: string): boolean {
  return ENTRIES.has(path) || path.startsWith("lib/");
}

/** The text of a file by its path from the project's root; null: there is no such file. */
export function readProjectFile(path: string): string | null {
  try {
    return Deno.readTextFileSync(ROOT + path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
