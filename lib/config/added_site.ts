import { withAddedEntry } from "./added_entry.ts";

/**
 * `text` of a cnapt.yaml with the site at the end of `sites:`, or null where its sites are not
 * written one below the other. `entry`: its lines, the name of the site without indentation.
 */
export function withAddedSite(text: string, entry: readonly string[]): string | null {
  return withAddedEntry(text, "sites", entry);
}
