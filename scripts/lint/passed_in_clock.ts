import { toProjectPath } from "./project_path.ts";
import { isReference } from "./value_reference.ts";

/** What reads the system's clock or sets its timers, however it is reached. */
const CLOCKS: ReadonlySet<string> = new Set(
  ["monotonicMs", "setTimeout", "setInterval", "setImmediate", "performance", "Temporal"],
);

const INSTEAD = "take the time and timers from the TaskGroup or Clock that is passed in";

/**
 * The relays go by a clock that is passed in, so that the simulation runs what ships and not a
 * twin of it. Only `lib/relay/run` knows the system's.
 */
export const passedInClock: Deno.lint.Rule = {
  create(context) {
    const path = toProjectPath(context.filename);
    if (!path.startsWith("lib/relay/") || path.startsWith("lib/relay/run/")) return {};
    const report = (node: Deno.lint.Node, what: string) =>
      context.report({ node, message: `${what} goes by the system's clock: ${INSTEAD}` });
    return {
      ImportSpecifier(node) {
        const { imported } = node;
        if (imported.type === "Identifier" && CLOCKS.has(imported.name)) {
          report(node, imported.name);
        }
      },
      Identifier(node) {
        if (CLOCKS.has(node.name)) {
          if (isReference(node) || isMemberOf(node, "globalThis")) report(node, node.name);
        } else if (node.name === "Date" && isReference(node) && readsClock(node)) {
          report(node, "Date without a given moment");
        } else if (node.name === "timeout" && isMemberOf(node, "AbortSignal")) {
          report(node, "AbortSignal.timeout");
        }
      },
    };
  },
};

/** A date made from a given moment is a value, as is what `Date.UTC` and `Date.parse` make. */
function readsClock({ parent }: Deno.lint.Identifier): boolean {
  switch (parent.type) {
    case "NewExpression":
      return parent.arguments.length === 0;
    case "MemberExpression":
      return parent.property.type === "Identifier" && parent.property.name === "now";
    case "CallExpression":
      return true;
    default:
      return false;
  }
}

function isMemberOf(node: Deno.lint.Identifier, object: string): boolean {
  const parent = node.parent;
  return parent.type === "MemberExpression" && !parent.computed &&
    parent.object.type === "Identifier" && parent.object.name === object &&
    parent.property.type === "Identifier" && parent.property.name === node.name;
}
