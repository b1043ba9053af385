import { isProduct, toProjectPath } from "./project_path.ts";
import { isReference } from "./value_reference.ts";

/** Where output is made printable, and what carries bytes that are no text of ours. */
const WRITERS: ReadonlySet<string> = new Set([
  "lib/app/program/show.ts",
  "lib/app/program/log_output.ts",
  "lib/app/commands/stdio_streams.ts",
  "lib/app/screen/live_screen.ts",
]);

const INSTEAD = "print it with lib/app/program/show.ts, or log it";

/** What tickets, peers and servers say must not command the terminal on which it is shown. */
export const printableOutput: Deno.lint.Rule = {
  create(context) {
    const path = toProjectPath(context.filename);
    if (!isProduct(path) || WRITERS.has(path)) return {};
    return {
      Identifier(node) {
        if (node.name !== "console" || !isReference(node) && !isGlobal(node)) return;
        context.report({ node, message: `console prints what a terminal obeys: ${INSTEAD}` });
      },
      MemberExpression(node) {
        const { object, property } = node;
        if (object.type !== "Identifier" || object.name !== "Deno") return;
        if (property.type !== "Identifier") return;
        if (property.name !== "stdout" && property.name !== "stderr") return;
        if (isQuestion(node)) return;
        context.report({ node, message: `Deno.${property.name} takes anything: ${INSTEAD}` });
      },
    };
  },
};

function isGlobal({ parent }: Deno.lint.Identifier): boolean {
  return parent.type === "MemberExpression" && parent.object.type === "Identifier" &&
    parent.object.name === "globalThis";
}

/** Whether it is only asked who reads it. */
function isQuestion({ parent }: Deno.lint.MemberExpression): boolean {
  return parent.type === "MemberExpression" && parent.property.type === "Identifier" &&
    parent.property.name === "isTerminal";
}
