/**
 * What has to be written to a terminal so that it shows the next frame: of a screen of fixed lines,
 * those that have changed. Lines are cut to the width, and never wrap.
 */
import { clipped } from "./text_width.ts";
import type { FrameLine, ScreenSize, Tone } from "./frame.ts";

const ESC = "\x1b[";
/** The other screen, without a cursor, and lines that are too long are cut (DEC private modes). */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`;
const LEAVE = `${ESC}0m${ESC}?7h${ESC}?25h${ESC}?1049l`;
const CLEAR = `${ESC}0m${ESC}2J`;
const TO_END_OF_LINE = `${ESC}K`;
const UNSTYLED = `${ESC}0m`;

const STYLES: Readonly<Record<Tone, string>> = {
  plain: "",
  strong: `${ESC}1m`,
  quiet: `${ESC}2m`,
  good: `${ESC}1;32m`,
  waiting: `${ESC}1;33m`,
  bad: `${ESC}1;31m`,
  chosen: `${ESC}7m`,
};
const WITHOUT_COLOURS: Readonly<Record<Tone, string>> = {
  ...STYLES,
  good: STYLES.strong,
  waiting: STYLES.strong,
  bad: STYLES.strong,
};

export class FrameWriter {
  readonly #styles: Readonly<Record<Tone, string>>;
  #size: ScreenSize = { columns: 0, rows: 0 };
  /** What each row shows, with its style. */
  #shown: string[] = [];

  constructor(colours: "colours" | "none") {
    this.#styles = colours === "none" ? WITHOUT_COLOURS : STYLES;
  }

  /** Takes the other screen; what was there is shown again after `leave`. */
  enter(): string {
    this.#shown = [];
    this.#size = { columns: 0, rows: 0 };
    return ENTER;
  }

  leave(): string {
    return LEAVE;
  }

  /** Empty where nothing has changed. */
  frame(lines: readonly FrameLine[], size: ScreenSize): string {
    const isOther = size.columns !== this.#size.columns || size.rows !== this.#size.rows;
    if (isOther) this.#shown = [];
    this.#size = size;
    const wanted = Array.from({ length: size.rows }, (_, row) => this.#row(lines[row]));
    const changes = wanted.flatMap((text, row) =>
      text === (this.#shown[row] ?? "") ? [] : [`${ESC}${row + 1};1H${text}${TO_END_OF_LINE}`]
    );
    this.#shown = wanted;
    return (isOther ? CLEAR : "") + changes.join("");
  }

  #row(line: FrameLine | undefined): string {
    if (line === undefined) return "";
    const text = clipped(line.text, this.#size.columns);
    const style = this.#styles[line.tone];
    return style === "" ? text : `${style}${text}${UNSTYLED}`;
  }
}
