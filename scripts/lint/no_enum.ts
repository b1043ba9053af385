/** Unions of literals do what an enum does, are checked for exhaustiveness, and leave no code. */
export const noEnum: Deno.lint.Rule = {
  create(context) {
    return {
      TSEnumDeclaration(node) {
        context.report({ node, message: "Use a union of string literals instead of an enum" });
      },
    };
  },
};
