import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import { shownText } from "../common/shown_text.ts";
import type { ShownSwitch, TimeRange } from "./time_line_view.ts";

/** One line of a chart for each network. */
export interface ChartData {
  /** In ms since 1970. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
}

export interface ChartLine {
  readonly network: string;
  /** As long as the times; null: not known then. */
  readonly values: readonly (number | null)[];
}

export type ChartField = "roundTripMs" | "bytesPerSecond";

/** What a chart of one site shows. */
export function chartData(
  { times, networks }: PathHistoryDocument,
  { site, field, range }: {
    readonly site: string;
    readonly field: ChartField;
    readonly range: TimeRange;
  },
): ChartData {
  const first = times.findIndex((at) => at >= range.from);
  if (first === -1) return { times: [], lines: [] };
  const lines = networks.filter((one) => one.site === site).map((one) => ({
    network: one.provider,
    values: one[field].slice(first),
  }));
  return { times: times.slice(first), lines: lines.filter(hasSomething) };
}

function hasSomething({ values }: ChartLine): boolean {
  return values.some((value) => value !== null);
}

/** A switch as it is drawn over a chart; `at` in ms since 1970. */
export interface SwitchMark {
  readonly at: number;
  readonly label: string;
}

const MARK_LETTERS = 10;

export function switchMarks(
  switches: readonly ShownSwitch[],
  { from, to }: TimeRange,
): readonly SwitchMark[] {
  return switches.filter(({ outcome }) => outcome === "switched").map((one) => ({
    at: Date.parse(one.endedAt),
    label: `${shownText(one.from, MARK_LETTERS).short} → ${shownText(one.to, MARK_LETTERS).short}`,
  })).filter(({ at }) => at >= from && at <= to);
}

/** Where the label of a mark is written: from `left` on, in that row. */
export interface PlacedLabel {
  readonly left: number;
  readonly row: number;
}

/**
 * Places labels beside their lines, on the right where there is room, so that none is written over another, the first row first; null: there is no room,
 * and only the line is drawn. `x` and `width` in pixels, the marks from left to right.
 */
export function placeLabels(
  marks: readonly { readonly x: number; readonly width: number }[],
  { left, right, rows, gap }: {
    readonly left: number;
    readonly right: number;
    readonly rows: number;
    readonly gap: number;
  },
): readonly (PlacedLabel | null)[] {
  const ends = new Array<number>(rows).fill(-Infinity);
  return marks.map(({ x, width }) => {
    const wanted = Math.max(left, x + gap + width <= right ? x + gap : x - gap - width);
    const row = ends.findIndex((end) => end + gap <= wanted);
    if (row === -1) return null;
    ends[row] = wanted + width;
    return { left: wanted, row };
  });
}

/** Some minutes of a chart in numbers, for whoever does not see it. */
export interface ChartSpan {
  readonly from: number;
  /** The median of each line in that time; null: not known. */
  readonly medians: readonly (number | null)[];
}

/** A chart as a table of so many rows at most, the newest first. */
export function chartSpans(
  { times, lines }: ChartData,
  range: TimeRange,
  rows: number,
): readonly ChartSpan[] {
  const step = (range.to - range.from) / rows;
  return Array.from({ length: rows }, (_, at) => {
    const from = range.to - (at + 1) * step;
    const isWithin = (time: number) => time > from && time <= from + step;
    return {
      from,
      medians: lines.map(({ values }) =>
        medianOf(values.filter((_, at) => isWithin(times[at] ?? NaN)))
      ),
    };
  }).filter(({ medians }) => medians.some((value) => value !== null));
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? null;
}
