/** Tells names that stand for a value or a type from those that only label a member. */
export function isReference(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || isSame(parent.object, node);
    case "Property":
      return parent.computed || parent.shorthand || isSame(parent.value, node);
    case "PropertyDefinition":
      return parent.computed || (parent.value !== null && isSame(parent.value, node));
    case "TSPropertySignature":
    case "TSMethodSignature":
      return parent.computed;
    case "MethodDefinition":
      return parent.computed;
    case "TSQualifiedName":
      return isSame(parent.left, node);
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return false;
    default:
      return true;
  }
}

function isSame(a: Deno.lint.Node, b: Deno.lint.Node): boolean {
  return a.type === b.type && a.range[0] === b.range[0] && a.range[1] === b.range[1];
}
