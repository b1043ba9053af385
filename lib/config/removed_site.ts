/** Takes a site out of the text of a cnapt.yaml, and leaves every other line as it is. */

const SITES = /^["']?sites["']?\s*:\s*(?:#.*)?$/;

/**
 * `text` without the lines of `site`, or null where its sites are not written one below the other.
 * Comments before and behind it stay; those that stand deeper in it go with it.
 */
export function withoutSite(text: string, site: string): string | null {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => SITES.test(line));
  if (start < 0) return null;
  const behind = lines.findIndex((line, at) => at > start && /^[^\s#]/.test(line));
  const keys = lines.map(keyOf).slice(0, behind < 0 ? lines.length : behind);
  // Those of the sites stand as deep as the first; deeper ones are of services.
  const depth = keys.find((key, at) => at > start && key !== null)?.depth ?? 0;
  const first = keys.findIndex((key, at) =>
    at > start && key?.name === site && key.depth === depth
  );
  if (first < 0) return null;
  let end = first + 1;
  for (let at = end; at < lines.length && !isAtMost(lines[at] ?? "", depth); at++) {
    if (/\S/.test(lines[at] ?? "")) end = at + 1;
  }
  return [...lines.slice(0, first), ...lines.slice(end)].join("\n");
}

/** The key that a line begins with, and how deep it stands. */
function keyOf(line: string): { readonly name: string; readonly depth: number } | null {
  const match = /^( +)(?:"([^"]*)"|'([^']*)'|([^\s#:"'][^:]*?))\s*:(?:\s|$)/.exec(line);
  if (match === null) return null;
  return { name: match[2] ?? match[3] ?? match[4] ?? "", depth: (match[1] ?? "").length };
}

/** Whether something stands there that is no deeper. */
function isAtMost(line: string, depth: number): boolean {
  const indent = /^ *(?=\S)/.exec(line)?.[0].length;
  return indent !== undefined && indent <= depth;
}
