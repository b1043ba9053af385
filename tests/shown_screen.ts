import { widthOf } from "../lib/app/screen/text_width.ts";

/** A sequence that a terminal obeys, or one character. */
// deno-lint-ignore no-control-regex -- terminals are sent controls
const WRITTEN = /\x1b\[([?\d;]*)([A-Za-z])|[^]/gu;

/** What a terminal shows of what was written to it, as far as live views write. */
export class ShownScreen {
  isOther = false;
  hasCursor = true;
  wraps = true;
  #rows: string[][] = [];
  #at = { row: 0, column: 0 };

  /** Without the blank ones at the end. */
  get rows(): readonly string[] {
    const rows = Array.from(this.#rows, (row = []) => Array.from(row, (cell = " ") => cell));
    const lines = rows.map((row) => row.join("").trimEnd());
    return lines.slice(0, 1 + lines.findLastIndex((line) => line !== ""));
  }
  get widest(): number {
    return Math.max(0, ...this.rows.map(widthOf));
  }

  take(text: string): void {
    for (const [written, values = "", command] of text.matchAll(WRITTEN)) {
      if (command === undefined) this.#put(written);
      else this.#obey(values, command);
    }
  }

  #put(character: string): void {
    if (character === "\r") this.#at.column = 0;
    else if (character === "\n") this.#at.row += 1;
    else {
      const row = this.#rows[this.#at.row] ??= [];
      row[this.#at.column] = character;
      this.#at.column += 1;
    }
  }

  #obey(values: string, command: string): void {
    const [first = 1, second = 1] = values.replace("?", "").split(";").map(Number);
    switch (command) {
      case "H":
        this.#at = { row: first - 1, column: second - 1 };
        return;
      case "K":
        this.#rows[this.#at.row]?.splice(this.#at.column);
        return;
      case "J":
        this.#rows = [];
        return;
      case "h":
      case "l": {
        const isSet = command === "h";
        if (first === 1049) {
          this.isOther = isSet;
          this.#rows = [];
        } else if (first === 25) this.hasCursor = isSet;
        else if (first === 7) this.wraps = isSet;
        return;
      }
    }
  }
}
