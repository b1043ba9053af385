import { useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import { type Column, DataTable } from "../common/data_table.tsx";
import { inMs, inRate, timeOfDay, UNKNOWN } from "../common/formats.ts";
import {
  type ChartData,
  chartData,
  type ChartSpan,
  chartSpans,
  type SwitchMark,
} from "./chart_data.ts";
import { LineChart } from "./line_chart.tsx";
import { Name } from "../common/name.tsx";
import { Network } from "./network_mark.tsx";
import type { TimeRange } from "./time_line_view.ts";

const TABLE_ROWS = 12;

const CHARTS = [
  { field: "roundTripMs", title: "Round trip", format: inMs, least: 10 },
  { field: "bytesPerSecond", title: "Rate of applications", format: inRate, least: 10_000 },
] as const;

/** Round trip and rate of each network, with the switches. */
export function Charts({ site, history, range, marks }: {
  readonly site: string;
  readonly history: PathHistoryDocument;
  readonly range: TimeRange;
  readonly marks: readonly SwitchMark[];
}): JSX.Element {
  const [at, setAt] = useState<number | null>(null);
  return (
    <div class="charts">
      {CHARTS.map(({ field, title, format, least }) => (
        <Chart
          key={field}
          data={chartData(history, { site, field, range })}
          {...{ title, format, least, range, marks, at, setAt }}
        />
      ))}
    </div>
  );
}

function Chart({ title, format, least, data, range, marks, at, setAt }: {
  readonly title: string;
  readonly format: (value: number | null) => string;
  readonly least: number;
  readonly data: ChartData;
  readonly range: TimeRange;
  readonly marks: readonly SwitchMark[];
  readonly at: number | null;
  readonly setAt: (at: number | null) => void;
}): JSX.Element {
  const { times, lines } = data;
  if (lines.length === 0) {
    return (
      <figure>
        <figcaption>
          <strong>{title}</strong>
        </figcaption>
        <p class="quiet">Nothing was measured yet.</p>
      </figure>
    );
  }
  const shown = at === null || at >= times.length ? times.length - 1 : at;
  const columns: readonly Column<ChartSpan>[] = [
    { title: "From", cell: ({ from }) => timeOfDay(from, range.to).slice(0, -3) },
    ...lines.map(({ network }, line) => ({
      title: network,
      head: <Name text={network} limit={16} />,
      kind: "number" as const,
      cell: ({ medians }: ChartSpan) => format(medians[line] ?? null),
    })),
  ];
  return (
    <figure>
      <figcaption>
        <strong>{title}</strong>
        <span class="quiet">
          {at === null ? "now" : timeOfDay(times[shown] ?? NaN, range.to)}
        </span>
        <ul class="legend">
          {lines.map(({ network, values }) => (
            <li key={network}>
              <Network name={network} />{" "}
              <span class="value">
                {values[shown] === null ? UNKNOWN : format(values[shown] ?? null)}
              </span>
            </li>
          ))}
        </ul>
      </figcaption>
      <LineChart
        label={`${title} of each network over the last hour; the table below has it in numbers`}
        {...{ data, marks, range, least }}
        format={format}
        pointed={setAt}
      />
      <details>
        <summary>{title} as a table</summary>
        <DataTable
          caption={`${title}: medians`}
          columns={columns}
          rows={chartSpans(data, range, TABLE_ROWS)}
          keyOf={({ from }) => String(Math.round(from))}
          empty="Nothing was measured yet."
        />
      </details>
    </figure>
  );
}
