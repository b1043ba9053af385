import { ImportGraph } from "./import_graph.ts";
import { visitModuleReferences } from "./module_references.ts";
import { isProduct, readProjectFile, resolveImport, toProjectPath } from "./project_path.ts";

/**
 * Files that import each other in a circle, over types too, are one idea in pieces: none of them
 * can be understood, tested or moved alone. The linter shows a rule one file at a time, so this one
 * reads the others from the disk; as an editor keeps a rule for hours, each file is judged by what
 * is on the disk when it is linted.
 */
export const importCircles: Deno.lint.Rule = {
  create(context) {
    const from = toProjectPath(context.filename);
    if (!isProduct(from)) return {};
    const graph = graphOfNow();
    return visitModuleReferences(({ node, specifier }) => {
      if (specifier === null || !specifier.startsWith(".")) return;
      const circle = graph.circle(from, resolveImport(from, specifier));
      if (circle === null) return;
      context.report({ node, message: `Imports go in a circle: ${circle.join(" → ")}` });
    });
  },
};

/** What was read is trusted for so long: one run of the linter, not a day in an editor. */
const FRESH_MS = 5_000;
let current = { graph: new ImportGraph(readProjectFile), readAt: 0 };

function graphOfNow(): ImportGraph {
  const now = performance.now();
  if (now - current.readAt > FRESH_MS) {
    current = { graph: new ImportGraph(readProjectFile), readAt: now };
  }
  return current.graph;
}
