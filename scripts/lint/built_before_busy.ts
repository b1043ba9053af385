import { isProduct, toProjectPath } from "./project_path.ts";

/** What starts something that goes on by itself: tasks, timers, and what has a `start`. */
const STARTS: ReadonlySet<string> = new Set(["run", "every", "timer", "start"]);

/**
 * A constructor only builds. What it starts (a task, a timer, a method that waits) may run up to
 * its first wait before the constructor has returned, and calls back into an object that is half
 * built, or that its owner has not got yet: one packet in the wrong segment then ends the program.
 * Whoever constructs the object starts it.
 */
export const builtBeforeBusy: Deno.lint.Rule = {
  create(context) {
    if (!isProduct(toProjectPath(context.filename))) return {};
    const check = (call: Deno.lint.CallExpression) => {
      const { callee } = call;
      if (callee.type !== "MemberExpression") return;
      const name = nameOf(callee.property);
      const body = constructedBy(context.sourceCode.getAncestors(call));
      if (name === null || body === null) return;
      const isOwn = callee.object.type === "ThisExpression";
      const isBusy = isOwn && asyncMethods(body).has(name);
      if (!isBusy && !STARTS.has(name)) return;
      const message = `\`${name}\` starts in a constructor what goes on by itself: ` +
        "start it when the object is finished, in a method of its own";
      context.report({ node: call, message });
    };
    return { CallExpression: check };
  },
};

function nameOf(node: Deno.lint.Node): string | null {
  if (node.type === "Identifier") return node.name;
  return node.type === "PrivateIdentifier" ? `#${node.name}` : null;
}

/**
 * The class in whose constructor, or in the value of whose field, a node with these `ancestors`
 * (outermost first) runs; else null.
 */
function constructedBy(ancestors: readonly Deno.lint.Node[]): Deno.lint.ClassBody | null {
  for (const [above, at] of ancestors.entries().toArray().reverse()) {
    const parent = ancestors[above - 1];
    switch (at.type) {
      case "ArrowFunctionExpression":
      case "FunctionDeclaration":
        return null;
      case "FunctionExpression":
        if (parent?.type !== "MethodDefinition" || parent.kind !== "constructor") return null;
        return classAround(ancestors[above - 2]);
      case "PropertyDefinition":
        return at.static ? null : classAround(parent);
    }
  }
  return null;
}

function classAround(node: Deno.lint.Node | undefined): Deno.lint.ClassBody | null {
  return node?.type === "ClassBody" ? node : null;
}

function asyncMethods({ body }: Deno.lint.ClassBody): ReadonlySet<string> {
  const names = new Set<string>();
  for (const member of body) {
    if (member.type !== "MethodDefinition" || !member.value.async) continue;
    const name = nameOf(member.key);
    if (name !== null) names.add(name);
  }
  return names;
}
