import { isProduct, toProjectPath } from "./project_path.ts";

/**
 * `void call()` starts work that nobody owns: its failure ends the program or is lost. A task
 * belongs to a TaskGroup (`group.run("what", …)`), or its failure is dealt with where it is started.
 */
export const ownedTasks: Deno.lint.Rule = {
  create(context) {
    const path = toProjectPath(context.filename);
    if (!isProduct(path) || path.startsWith("lib/relay/run/")) return {};
    return {
      UnaryExpression(node) {
        if (node.operator !== "void" || node.argument.type === "Literal") return;
        context.report({
          node,
          message:
            "Nobody owns what `void` starts: run it in a TaskGroup, or deal with its failure",
        });
      },
    };
  },
};
