import { toProjectPath } from "./project_path.ts";

/** More than this nobody tells apart at the call. */
export const MAX_PARAMETERS = 4;

type Callable =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression
  | Deno.lint.TSDeclareFunction
  | Deno.lint.TSEmptyBodyFunctionExpression
  | Deno.lint.TSMethodSignature
  | Deno.lint.TSFunctionType;

/** Functions and constructors take at most four parameters by position; more is an object with names. */
export const fewParameters: Deno.lint.Rule = {
  create(context) {
    const path = toProjectPath(context.filename);
    const judge = (node: Callable) => {
      const params = node.params.filter((one) => !isThis(one));
      if (params.length <= MAX_PARAMETERS) return;
      context.report({
        node,
        message:
          `${params.length} parameters are too many (${MAX_PARAMETERS}): name them in an object`,
      });
    };
    if (!/^(lib|scripts|tests|cnapt\.ts|snapt\.ts)/.test(path)) return {};
    return {
      FunctionDeclaration: judge,
      FunctionExpression: judge,
      ArrowFunctionExpression: judge,
      TSDeclareFunction: judge,
      TSEmptyBodyFunctionExpression: judge,
      TSMethodSignature: judge,
      TSFunctionType: judge,
    };
  },
};

function isThis(node: Callable["params"][number]): boolean {
  return node.type === "Identifier" && node.name === "this";
}
