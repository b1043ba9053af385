/**
 * The sections of a file for ssh that belong to CNAPT, each between two lines that name it. What
 * stands outside stays as it is.
 */

const HEAD =
  "# Written by `cnapt ssh-config --write`, which replaces what is between BEGIN and END.";

/** A section begins and never ends: nobody can tell what is in it. */
export class SshSectionTorn extends Error {
  override readonly name = "SshSectionTorn";
}

/**
 * `text` with the section `key`, in place of the one that has this name, else at the end; null:
 * there is no file yet.
 *
 * @throws {SshSectionTorn} the section has no end
 */
export function withSection(text: string | null, key: string, lines: readonly string[]): string {
  const before = (text ?? HEAD).replace(/\n*$/, "\n").split("\n").slice(0, -1);
  const section = [beginOf(key), ...lines, endOf(key)];
  const place = placeOf(before, key);
  const after = place === null
    ? [...before, "", ...section]
    : [...before.slice(0, place.start), ...section, ...before.slice(place.end)];
  return `${after.join("\n")}\n`;
}

/**
 * `text` without the section `key` and the empty line before it; null: it has none.
 *
 * @throws {SshSectionTorn} the section has no end
 */
export function withoutSection(text: string, key: string): string | null {
  const lines = text.split("\n");
  const place = placeOf(lines, key);
  if (place === null) return null;
  const start = lines[place.start - 1] === "" ? place.start - 1 : place.start;
  return [...lines.slice(0, start), ...lines.slice(place.end)].join("\n");
}

/**
 * The lines of the section `key`, without those that name it; empty: there is none.
 *
 * @throws {SshSectionTorn} the section has no end
 */
export function sectionLines(text: string, key: string): readonly string[] {
  const lines = text.split("\n");
  const place = placeOf(lines, key);
  return place === null ? [] : lines.slice(place.start + 1, place.end - 1);
}

/** Whether nothing is left in the file that anybody wrote for ssh. */
export function hasNoSections(text: string): boolean {
  return text.split("\n").every((line) => line.trim() === "" || line === HEAD);
}

function beginOf(key: string): string {
  return `# BEGIN cnapt: ${key}`;
}

function endOf(key: string): string {
  return `# END cnapt: ${key}`;
}

/** The lines of the section, `end` behind its last; null: there is none. */
function placeOf(
  lines: readonly string[],
  key: string,
): { readonly start: number; readonly end: number } | null {
  const start = lines.findIndex((line) => line.trimEnd() === beginOf(key));
  if (start < 0) return null;
  const length = lines.slice(start).findIndex((line) => line.trimEnd() === endOf(key));
  const next = lines.slice(start + 1).findIndex((line) => line.startsWith("# BEGIN cnapt: "));
  if (length < 0 || (next >= 0 && next + 1 < length)) {
    throw new SshSectionTorn(`"${beginOf(key)}" has no "${endOf(key)}" behind it`);
  }
  return { start, end: start + length + 1 };
}
