import { visitModuleReferences } from "./module_references.ts";
import { isProduct, layerOf, LAYERS, resolveImport, toProjectPath } from "./project_path.ts";

const ORDER = LAYERS.map((layer) => layer === "entry" ? "cnapt.ts, snapt.ts" : `lib/${layer}`)
  .join(" > ");

/**
 * Imports go down only, so that a change in an upper layer can never alter a lower one and the
 * handshake can be tested without a socket. Also keeps tests and scripts out of the product, and
 * asks for literal specifiers: a computed one could not be judged.
 */
export const layers: Deno.lint.Rule = {
  create(context) {
    const from = toProjectPath(context.filename);
    if (!isProduct(from)) return {};
    return visitModuleReferences(({ node, specifier }) => {
      const message = specifier === null
        ? "A computed module name cannot be checked against the layers"
        : judge(from, specifier);
      if (message !== null) context.report({ node, message });
    });
  },
};

function judge(from: string, specifier: string): string | null {
  const fromLayer = layerOf(from);
  if (fromLayer === null) return `${from} is in no layer (${ORDER})`;
  if (!specifier.startsWith(".")) return isExternal(specifier) ? null : notAllowed(specifier);
  const to = resolveImport(from, specifier);
  const toLayer = layerOf(to);
  if (toLayer === null) return `${from} is product code and must not import ${to}`;
  if (LAYERS.indexOf(toLayer) >= LAYERS.indexOf(fromLayer) && toLayer !== "entry") return null;
  return `${from} must not import ${to}: imports go down only (${ORDER})`;
}

function isExternal(specifier: string): boolean {
  return specifier.startsWith("node:") || !/^(\/|[a-z]+:)/.test(specifier);
}

function notAllowed(specifier: string): string {
  return `"${specifier}" bypasses the import map of deno.json, where versions are kept`;
}
