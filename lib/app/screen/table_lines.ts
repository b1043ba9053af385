import { clipped, padded, widthOf } from "./text_width.ts";

/** A column of a table. */
export interface Column {
  /** Wider cells are cut. */
  readonly most: number;
  /** On which side its cells stand. */
  readonly side?: "left" | "right";
}

const GAP = "  ";

/** Rows whose cells stand below each other; a column is as wide as its widest cell. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const cut = rows.map((row) =>
    row.map((cell, at) => clipped(cell, columns[at]?.most ?? cell.length))
  );
  const widths = columns.map((_, at) => Math.max(0, ...cut.map((row) => widthOf(row[at] ?? ""))));
  return cut.map((row) =>
    row.map((cell, at) => padded(cell, widths[at] ?? 0, columns[at]?.side)).join(GAP).trimEnd()
  );
}
