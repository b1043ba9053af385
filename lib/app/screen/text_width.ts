/**
 * How wide text is on a terminal, and text that fits. Names come from others: what a terminal would
 * obey is written as `printable` writes it, and what is too long is cut, also in the middle of
 * characters that take two columns.
 */
import widthOfText from "fast-string-width";
import { printable } from "../program/printable.ts";

const ELLIPSIS = "…";
/** An accent takes no column; more of them than this is no writing. */
const MOST_UNITS_PER_COLUMN = 8;
const PLAIN = /^[\x20-\x7e]*$/;
const CHARACTERS = new Intl.Segmenter();

/** Columns that `text` takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : widthOfText(text);
}

/** `text` in `columns` at most; the rest is left out, and that is shown. */
export function clipped(text: string, columns: number): string {
  if (columns < 1) return "";
  const most = columns * MOST_UNITS_PER_COLUMN;
  const shown = printable(text.slice(0, most));
  if (text.length <= most && widthOf(shown) <= columns) return shown;
  let width = 0;
  let kept = "";
  for (const { segment } of CHARACTERS.segment(shown)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return kept + ELLIPSIS;
}

/** The same, with blanks up to `columns`: behind it, or before it where it is to end there. */
export function padded(text: string, columns: number, side: "left" | "right" = "left"): string {
  const shown = clipped(text, columns);
  const blanks = " ".repeat(Math.max(0, columns - widthOf(shown)));
  return side === "left" ? shown + blanks : blanks + shown;
}

/** Lines of `columns` at most, broken at blanks, those after the first further to the right. */
export function folded(text: string, columns: number, indent = 0): readonly string[] {
  const lines: string[] = [];
  const [, blanks = "", rest = ""] = /^( *)([^]*)$/.exec(printable(text)) ?? [];
  let line = blanks;
  for (const word of rest.split(" ")) {
    const longer = line.trim() === "" ? line + word : `${line} ${word}`;
    if (line.trim() !== "" && widthOf(longer) > columns) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line = longer;
  }
  return [...lines, line].map((one) => clipped(one, columns));
}
