/** Adds a site to the text of a cnapt.yaml, and leaves every other line as it is. */

/** `sites:` with nothing behind it, or with nothing in it. */
const EMPTY_OR_BLOCK = /^sites:\s*(?:\{\s*\}|null|~)?\s*(?:#.*)?$/;
const ANY_SITES = /^["']?sites["']?\s*:/;
const INDENTED = /^([ ]+)[^\s#]/;
const USUAL_INDENT = "  ";

/**
 * `text` with the site at the end of `sites:`, or null where its sites are not written one below
 * the other. `entry`: the lines of the site, indented as if `sites:` stood above them with none.
 */
export function withAddedSite(text: string, entry: readonly string[]): string | null {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => EMPTY_OR_BLOCK.test(line));
  if (start < 0) {
    if (lines.some((line) => ANY_SITES.test(line))) return null;
    const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${before}sites:\n${indent(entry, USUAL_INDENT).join("\n")}\n`;
  }
  let end = start + 1;
  let indentation: string | undefined;
  for (let i = end; i < lines.length && !/^[^\s#]/.test(lines[i] ?? ""); i++) {
    const line = lines[i] ?? "";
    indentation ??= INDENTED.exec(line)?.[1];
    if (/^\s+\S/.test(line)) end = i + 1;
  }
  const head = lines.slice(0, end);
  head[start] = (head[start] ?? "").replace(/^sites:\s*(?:\{\s*\}|null|~)/, "sites:");
  const tail = lines.slice(end);
  // A file whose last line is not ended gets an end now.
  if (tail.length === 0) tail.push("");
  return [...head, ...indent(entry, indentation ?? USUAL_INDENT), ...tail].join("\n");
}

function indent(entry: readonly string[], indentation: string): string[] {
  return entry.map((line) => `${indentation}${line}`);
}
