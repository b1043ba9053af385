/** Adds an entry to a group of a configuration in YAML, and leaves every other line as it is. */

/** Behind the name of a group: nothing, or nothing in it. */
const NOTHING = String.raw`:\s*(?:\{\s*\}|null|~)?\s*(?:#.*)?$`;
const INDENTED = /^([ ]+)[^\s#]/;
const USUAL_INDENT = "  ";

/**
 * `text` with the entry at the end of `group`, or null where its entries are not written one below
 * the other. `entry`: its lines, indented as if the name of the group stood above them with no
 * indentation.
 */
export function withAddedEntry(
  text: string,
  group: string,
  entry: readonly string[],
): string | null {
  const lines = text.split("\n");
  const isEmptyOrBlock = new RegExp(`^${group}${NOTHING}`);
  const start = lines.findIndex((line) => isEmptyOrBlock.test(line));
  if (start < 0) {
    const isGroup = new RegExp(`^["']?${group}["']?\\s*:`);
    if (lines.some((line) => isGroup.test(line))) return null;
    const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${before}${group}:\n${indent(entry, USUAL_INDENT).join("\n")}\n`;
  }
  let end = start + 1;
  let indentation: string | undefined;
  for (let i = end; i < lines.length && !/^[^\s#]/.test(lines[i] ?? ""); i++) {
    const line = lines[i] ?? "";
    indentation ??= INDENTED.exec(line)?.[1];
    if (/^\s+\S/.test(line)) end = i + 1;
  }
  const head = lines.slice(0, end);
  head[start] = (head[start] ?? "").replace(/:\s*(?:\{\s*\}|null|~)/, ":");
  const tail = lines.slice(end);
  // A file whose last line is not ended gets an end now.
  if (tail.length === 0) tail.push("");
  return [...head, ...indent(entry, indentation ?? USUAL_INDENT), ...tail].join("\n");
}

function indent(entry: readonly string[], indentation: string): string[] {
  return entry.map((line) => `${indentation}${line}`);
}
