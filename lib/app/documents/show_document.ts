import { printDocument } from "../program/show.ts";
import type { Documents, SchemaName } from "./document_table.ts";

/**
 * The one document of a command with `--json`, on one line unless `indent` says otherwise. `schema`
 * is what it is and in which version: `cnapt.why/1`.
 */
export function showDocument<Name extends SchemaName>(
  schema: Name,
  content: Documents[Name],
  indent = 0,
): void {
  printDocument({ schema, ...content }, indent);
}
