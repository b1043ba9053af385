/** The language of man pages, mdoc(7). */
import { VERSION } from "../program/version.ts";

/** When the pages were changed last: they are made anew without being different. */
const DATE = "November 27, 2026";

/** The first lines of a page. */
export function pageHead(name: string, section: number, summary: string): readonly string[] {
  return [
    '.\\" Made by the task `docs`; do not change it by hand.',
    `.Dd ${DATE}`,
    `.Dt ${name.toUpperCase()} ${section}`,
    `.Os CNAPT ${VERSION}`,
    ".Sh NAME",
    `.Nm ${name}`,
    `.Nd ${plain(summary)}`,
  ];
}

/** Text lines: each sentence on one of its own, words in backquotes bold. */
export function textLines(text: string): readonly string[] {
  return text.split(/(?<=[.:;]) (?=[A-Z"`-])/).map((sentence) => {
    const line = plain(sentence).replace(/`([^`]+)`/g, "\\fB$1\\fR");
    return /^[.']/.test(line) ? `\\&${line}` : line;
  });
}

/** Paragraphs. */
export function paragraphs(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text, index) => [...(index === 0 ? [] : [".Pp"]), ...textLines(text)]);
}

/** A list of names, each with what it is; none for no rows. */
export function tagList(
  rows: readonly { readonly tag: string; readonly text: string }[],
): readonly string[] {
  if (rows.length === 0) return [];
  return [
    ".Bl -tag -width Ds",
    ...rows.flatMap(({ tag, text }) => [`.It ${tag}`, ...textLines(text)]),
    ".El",
  ];
}

/** An argument of a macro: what would be taken for a macro or for more than one is quoted. */
export function argument(text: string): string {
  const safe = plain(text);
  if (/[\s"]/.test(safe)) return `"${safe.replaceAll('"', '""')}"`;
  return /^(?:[A-Z][a-z0-9]{1,2}|[[\](){}|.,:;!?'-].*)$/.test(safe) ? `\\&${safe}` : safe;
}

/** In ASCII, nothing in it a command of roff. */
function plain(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("…", "...");
}
