import { isProduct, toProjectPath } from "./project_path.ts";

/** A file with more lines than this holds more than one idea. */
export const MAX_FILE_LINES = 300;

/** The files that are one table, and for what it stands in one place. */
const TABLES: ReadonlyMap<string, string> = new Map([
  ["lib/core/handshake/cnapt_transitions.ts", "every state and event of CNAPT's handshake"],
]);

const GRAB_BAGS: ReadonlySet<string> = new Set(
  ["index.ts", "mod.ts", "utils.ts", "util.ts", "helpers.ts", "common.ts", "misc.ts", "types.ts"],
);

/**
 * One idea per file, named after it: snake_case names that say something, no file that only passes
 * others on (a barrel hides who depends on whom), none too long to read in one go; the last for
 * tests and scripts as well.
 */
export const fileShape: Deno.lint.Rule = {
  create(context) {
    const path = toProjectPath(context.filename);
    return {
      Program(node) {
        const name = path.slice(path.lastIndexOf("/") + 1);
        const report = (message: string) => context.report({ node, message });
        const lines = context.sourceCode.text.split("\n").length - 1;
        if (lines > MAX_FILE_LINES && !TABLES.has(path)) {
          report(`${lines} lines are too many (${MAX_FILE_LINES}): split by what is owned`);
        }
        if (!isProduct(path)) return;
        if (!/^[a-z0-9]+(_[a-z0-9]+)*\.tsx?$/.test(name)) report(`${name} is not snake_case.ts`);
        if (GRAB_BAGS.has(name)) report(`${name} says nothing about what is in it`);
        if (node.body.length > 0 && node.body.every(isPassedOn)) {
          report("A file that only exports others hides who depends on whom");
        }
      },
    };
  },
};

function isPassedOn(node: Deno.lint.Node): boolean {
  return node.type === "ExportAllDeclaration" ||
    (node.type === "ExportNamedDeclaration" && node.source !== null);
}
