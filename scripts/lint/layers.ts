import { FOLDER_ORDER, folderPlaceOf } from "./folder_order.ts";
import { visitModuleReferences } from "./module_references.ts";
import { isProduct, layerOf, LAYERS, resolveImport, toProjectPath } from "./project_path.ts";

const ORDER = LAYERS.map((layer) => layer === "entry" ? "cnapt.ts, snapt.ts" : `lib/${layer}`)
  .join(" > ");

/**
 * Imports go down only, from layer to layer and from folder to folder within one, so that a change in an upper layer can never alter a lower one and the
 * handshake can be tested without a socket. Also keeps tests and scripts out of the product, and
 * asks for literal specifiers: a computed one could not be judged.
 */
export const layers: Deno.lint.Rule = {
  create(context) {
    const from = toProjectPath(context.filename);
    if (!isProduct(from)) return {};
    return {
      Program(node) {
        if (isUnplaced(from)) context.report({ node, message: unplaced(from) });
      },
      ...visitModuleReferences(({ node, specifier }) => {
        const message = specifier === null
          ? "A computed module name cannot be checked against the layers"
          : judge(from, specifier);
        if (message !== null) context.report({ node, message });
      }),
    };
  },
};

function judge(from: string, specifier: string): string | null {
  const fromLayer = layerOf(from);
  if (fromLayer === null) return `${from} is in no layer (${ORDER})`;
  if (!specifier.startsWith(".")) return isExternal(specifier) ? null : notAllowed(specifier);
  const to = resolveImport(from, specifier);
  const toLayer = layerOf(to);
  if (toLayer === null) return `${from} is product code and must not import ${to}`;
  if (toLayer === fromLayer) return judgeFolders(from, to);
  if (LAYERS.indexOf(toLayer) > LAYERS.indexOf(fromLayer)) return null;
  return `${from} must not import ${to}: imports go down only (${ORDER})`;
}

/** Both lie in the same layer. */
function judgeFolders(from: string, to: string): string | null {
  if (layerOf(from) === "entry") return `${from} must not import ${to}: the programs are apart`;
  const importing = folderPlaceOf(from);
  const imported = folderPlaceOf(to);
  if (imported === null) return isUnplaced(to) ? unplaced(to) : null;
  if (importing === null || importing.height > imported.height) return null;
  if (importing.folder === imported.folder) return null;
  const where = importing.height === imported.height ? "stands beside" : "stands above";
  return `${from} must not import ${to}: ${imported.folder} ${where} ${importing.folder}`;
}

function isUnplaced(path: string): boolean {
  const layer = layerOf(path);
  return layer !== null && FOLDER_ORDER[layer] !== undefined && folderPlaceOf(path) === null;
}

function unplaced(path: string): string {
  return `${path} is in a folder that has no row in scripts/lint/folder_order.ts`;
}

function isExternal(specifier: string): boolean {
  return specifier.startsWith("node:") || !/^(\/|[a-z]+:)/.test(specifier);
}

function notAllowed(specifier: string): string {
  return `"${specifier}" bypasses the import map of deno.json, where versions are kept`;
}
