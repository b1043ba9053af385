import { visitModuleReferences } from "./module_references.ts";
import { isProduct, toProjectPath } from "./project_path.ts";

const NETWORK_MODULES: ReadonlySet<string> = new Set(
  ["net", "tls", "dgram", "dns", "dns/promises", "os", "http", "https", "http2"]
    .map((name) => `node:${name}`),
);

const NETWORK_CALLS: ReadonlySet<string> = new Set([
  "connect",
  "connectTls",
  "startTls",
  "listen",
  "listenTls",
  "listenDatagram",
  "resolveDns",
  "networkInterfaces",
  "dlopen",
  "UnsafePointer",
  "UnsafePointerView",
  "UnsafeCallback",
  "UnsafeFnPointer",
]);

/**
 * Only `lib/net` speaks with sockets, interfaces and the system's libraries, so that everything
 * above it can be given another network in a test. (`Deno.serve` of the status page and the
 * `fetch` of the commands that ask it are not links, and stay where they are used.)
 */
export const networkInNet: Deno.lint.Rule = {
  create(context) {
    const path = toProjectPath(context.filename);
    if (!isProduct(path) || path.startsWith("lib/net/")) return {};
    return {
      ...visitModuleReferences(({ node, specifier }) => {
        if (specifier !== null && NETWORK_MODULES.has(specifier)) {
          context.report({ node, message: `Only lib/net is allowed to import ${specifier}` });
        }
      }),
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.object.name !== "Deno") return;
        if (node.property.type === "Identifier" && NETWORK_CALLS.has(node.property.name)) {
          context.report({
            node,
            message: `Only lib/net is allowed to use Deno.${node.property.name}`,
          });
        }
      },
    };
  },
};
