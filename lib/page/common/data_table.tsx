import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { shownText } from "./shown_text.ts";

export interface Column<Row> {
  readonly title: string;
  /** What stands at the head, where that is not the title itself. */
  readonly head?: Child;
  /** Numbers stand under one another; the title of an action is heard only. */
  readonly kind?: "text" | "number" | "action";
  readonly cell: (row: Row) => Child;
}

export interface DataTableProps<Row> {
  /** What it is about, for screen readers. */
  readonly caption: string;
  /** The first names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What stands there instead when there is no row. */
  readonly empty: string;
}

/**
 * A table; on a telephone each row becomes a card, its cells under one another with their titles.
 * The roles are said in so many words, as a table that is shown otherwise would lose them.
 */
export function DataTable<Row>(
  { caption, columns, rows, keyOf, empty }: DataTableProps<Row>,
): JSX.Element {
  if (rows.length === 0) return <p class="quiet">{empty}</p>;
  return (
    <table role="table" class="sheet">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title, kind = "text", head = title }) => (
            <th key={title} role="columnheader" scope="col" class={kind}>
              {kind === "action" ? <span class="unseen">{title}</span> : head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" key={keyOf(row)}>
            {columns.map(({ title, kind = "text", cell }, at) =>
              at === 0
                ? <th key={title} role="rowheader" scope="row" class={kind}>{cell(row)}</th>
                : (
                  <td key={title} role="cell" class={kind} data-title={shownText(title).short}>
                    {cell(row)}
                  </td>
                )
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
