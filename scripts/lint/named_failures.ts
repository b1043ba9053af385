import { isProduct, toProjectPath } from "./project_path.ts";

type Handler = Deno.lint.ArrowFunctionExpression | Deno.lint.FunctionExpression;

const MESSAGE =
  "This swallows every failure, mistakes of ours too: look at the error, pass on what is not meant";

/**
 * A `catch` that does not look at its error hides mistakes of ours as well as the failure that was
 * meant: a stream hung and was bound again for ever, and the log was empty. So each names what it
 * deals with (`instanceof`, `passOnOurs`, `passOnUnlessSystem`) or hands the error on. The same goes
 * for the callbacks of `.catch()` and of the second place of `.then()`.
 */
export const namedFailures: Deno.lint.Rule = {
  create(context) {
    if (!isProduct(toProjectPath(context.filename))) return {};
    const textOf = (node: Deno.lint.Node) => context.sourceCode.getText(node);
    const judge = (
      node: Deno.lint.Node,
      error: Deno.lint.Parameter | null,
      body: Deno.lint.Node,
    ) => {
      if (error === null || !mentions(textOf(body), error)) {
        context.report({ node, message: MESSAGE });
      }
    };
    return {
      CatchClause: (node) => judge(node, node.param, node.body),
      CallExpression(node) {
        const handler = handlerOf(node);
        if (handler !== null) judge(handler, handler.params[0] ?? null, handler.body);
      },
    };
  },
};

/** The function that a call gives for the failure of a promise; null where it names one elsewhere. */
function handlerOf({ callee, arguments: given }: Deno.lint.CallExpression): Handler | null {
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return null;
  const { name } = callee.property;
  const handler = name === "catch" ? given[0] : name === "then" ? given[1] : undefined;
  const isFunction = handler?.type === "ArrowFunctionExpression" ||
    handler?.type === "FunctionExpression";
  return isFunction ? handler : null;
}

/** An error that is taken apart (`catch ({ code })`) is looked at. */
function mentions(text: string, error: Deno.lint.Parameter): boolean {
  return error.type !== "Identifier" ||
    new RegExp(`\\b${error.name}\\b`).test(withoutComments(text));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
}
