/** A node that brings another module in, and the name it uses for it (`null`: not a literal). */
export interface ModuleReference {
  readonly node: Deno.lint.Node;
  readonly specifier: string | null;
}

/**
 * Makes the visitor that calls `found` for every way in which a file can name another module:
 * import, re-export, `import()`, and `import("…")` in a type.
 */
export function visitModuleReferences(
  found: (reference: ModuleReference) => void,
): Deno.lint.LintVisitor {
  return {
    ImportDeclaration: (node) => found({ node, specifier: node.source.value }),
    ExportAllDeclaration: (node) => found({ node, specifier: node.source.value }),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) found({ node, specifier: node.source.value });
    },
    ImportExpression: (node) => found({ node, specifier: literalText(node.source) }),
    TSImportType: (node) => {
      const literal = node.argument.type === "TSLiteralType" ? node.argument.literal : null;
      found({ node, specifier: literal === null ? null : literalText(literal) });
    },
  };
}

function literalText(node: Deno.lint.Node): string | null {
  return node.type === "Literal" && typeof node.value === "string" ? node.value : null;
}
