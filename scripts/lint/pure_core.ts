import { visitModuleReferences } from "./module_references.ts";
import { resolveImport, toProjectPath } from "./project_path.ts";
import { isReference } from "./value_reference.ts";

/** Why a name that every script can reach is out of bounds for `lib/core`. */
const IMPURE_NAMES: ReadonlyMap<string, string> = new Map([
  ...["Deno", "process", "globalThis", "self", "window", "navigator", "location"]
    .map((name) => [name, "the core does not know its surroundings"] as const),
  ...["performance", "Temporal"].map((name) => [name, "time is an argument"] as const),
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval"]
    .map((name) => [name, "the core asks for deadlines by an effect"] as const),
  ...["crypto"].map((name) => [name, "randomness and hashes are arguments"] as const),
  ...["Promise", "queueMicrotask", "requestAnimationFrame", "AsyncGenerator", "AsyncIterable"]
    .map((name) => [name, "the core is synchronous"] as const),
  ...["fetch", "WebSocket", "Worker", "BroadcastChannel", "AbortSignal", "AbortController"]
    .map((name) => [name, "the core has no input or output of its own"] as const),
  ...["console", "localStorage", "sessionStorage", "caches", "alert", "prompt", "confirm"]
    .map((name) => [name, "the core speaks through its results only"] as const),
  ...["eval", "Function", "require"].map((name) => [name, "hides what is called"] as const),
  ...["WeakRef", "FinalizationRegistry", "Atomics", "SharedArrayBuffer"]
    .map((name) => [name, "results must not depend on other threads or on memory"] as const),
]);

/**
 * Keeps `lib/core` a set of pure functions and plain objects: no runtime, no clock, no chance, no
 * waiting, no state of the module's own. Simulation of thousands of switches under a virtual clock
 * rests on it.
 *
 * A local name equal to a forbidden one is reported too: hiding a global is confusing enough. The
 * linter (2.9.4) shows a plugin nothing that follows an empty statement, which `deno fmt` removes.
 */
export const pureCore: Deno.lint.Rule = {
  create(context) {
    const from = toProjectPath(context.filename);
    if (!from.startsWith("lib/core/")) return {};
    const report = (node: Deno.lint.Node, message: string) => context.report({ node, message });
    // `{ name }` is shown to a plugin twice, as key and as value.
    const reportedStarts = new Set<number>();
    const reportAsync = (node: Deno.lint.Node & { async: boolean }) => {
      if (node.async) report(node, "lib/core must not be asynchronous: the core is synchronous");
    };
    return {
      ...visitModuleReferences(({ node, specifier }) => {
        if (specifier === null || !isInCore(from, specifier)) {
          report(node, `lib/core imports only lib/core, not ${specifier ?? "a computed name"}`);
        }
      }),
      "ImportExpression": (node) => report(node, "lib/core must not import while it runs"),
      "Identifier": (node) => {
        const reason = isReference(node) ? reasonAgainst(node) : null;
        if (reason === null || reportedStarts.has(node.range[0])) return;
        reportedStarts.add(node.range[0]);
        report(node, `lib/core must not use ${node.name}: ${reason}`);
      },
      "FunctionDeclaration": reportAsync,
      "FunctionExpression": reportAsync,
      "ArrowFunctionExpression": reportAsync,
      "AwaitExpression": (node) => report(node, "lib/core must not wait: the core is synchronous"),
      "ForOfStatement": (node) => {
        if (node.await) report(node, "lib/core must not wait: the core is synchronous");
      },
      "Program > VariableDeclaration": (node) => reportModuleState(node, report),
      "ExportNamedDeclaration > VariableDeclaration": (node) => reportModuleState(node, report),
    };
  },
};

function isInCore(from: string, specifier: string): boolean {
  return specifier.startsWith(".") && resolveImport(from, specifier).startsWith("lib/core/");
}

function reportModuleState(
  node: Deno.lint.VariableDeclaration,
  report: (node: Deno.lint.Node, message: string) => void,
): void {
  if (node.kind !== "const") report(node, "lib/core keeps no state in a module: pass it in");
}

function reasonAgainst(node: Deno.lint.Identifier): string | null {
  const parent = node.parent;
  switch (node.name) {
    case "Date":
      // A date made from a given number is a pure value; any other use can read the clock.
      if (parent.type === "NewExpression" && parent.arguments.length > 0) return null;
      return parent.type === "TSTypeReference" ? null : "time is an argument";
    case "Math":
      return isMemberOtherThan(parent, "random") ? null : "randomness is an argument";
    default:
      return IMPURE_NAMES.get(node.name) ?? null;
  }
}

function isMemberOtherThan(parent: Deno.lint.Node, name: string): boolean {
  return parent.type === "MemberExpression" && !parent.computed &&
    parent.property.type === "Identifier" && parent.property.name !== name;
}
