import { useEffect, useRef } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import uPlot from "uplot";
import { timeOfDay } from "../common/formats.ts";
import { type ChartData, placeLabels, type SwitchMark } from "./chart_data.ts";
import { type Mark, useMark } from "./network_mark.tsx";
import type { TimeRange } from "./time_line_view.ts";

export interface LineChartProps {
  /** What a screen reader says of it. */
  readonly label: string;
  readonly data: ChartData;
  readonly marks: readonly SwitchMark[];
  readonly range: TimeRange;
  /** A value with its unit. */
  readonly format: (value: number) => string;
  /** What the axis reaches to at least, so that nothing is not drawn as something. */
  readonly least: number;
  /** Which sample the pointer is at; null: none. */
  readonly pointed: (at: number | null) => void;
}

const HEIGHT_PX = 220;
const LABEL_ROWS = 3;
const LABEL_ROW_PX = 15;
const LABEL_GAP_PX = 4;
/** The least between two times on the axis: as wide as 00:00:00, and a gap. */
const TIME_GAP_PX = 72;

/** A chart with a line for each network, and the switches marked. */
export function LineChart(props: LineChartProps): JSX.Element {
  const { label, data, range } = props;
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const chart = useRef<uPlot | null>(null);
  const mark = useMark();
  const networks = data.lines.map(({ network }) => network);
  const columns = (): uPlot.AlignedData => [
    data.times.map((at) => at / 1_000),
    ...data.lines.map(({ values }) => [...values]),
  ];
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const make = () => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsOf(element, networks.map(mark), latest), columns(), element);
    };
    make();
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", make);
    const resized = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX })
    );
    resized.observe(element);
    return () => {
      theme.removeEventListener("change", make);
      resized.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [
    networks.map((network) => `${mark(network).color} ${mark(network).dash} ${network}`).join("\n"),
  ]);
  useEffect(() => {
    chart.current?.setData(columns());
  }, [data, range.from, range.to, props.marks.length]);
  return <div class="chart" role="img" aria-label={label} ref={box} />;
}

function optionsOf(
  element: HTMLElement,
  marks: readonly Mark[],
  latest: { readonly current: LineChartProps | null },
): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name);
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: color("--quiet"), font, grid: { stroke: color("--line"), width: 1 } };
  const format = (value: number) => latest.current?.format(value) ?? "";
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    padding: [LABEL_ROWS * LABEL_ROW_PX + LABEL_GAP_PX, 32, 0, 0],
    cursor: { drag: { x: false, y: false }, y: false, sync: { key: "networks" } },
    scales: {
      x: {
        range: () => {
          const { from, to } = latest.current?.range ?? { from: 0, to: 0 };
          return [from / 1_000, to / 1_000];
        },
      },
      y: {
        range: (_plot, _least, most) => [0, Math.max(most * 1.1 || 0, latest.current?.least ?? 1)],
      },
    },
    axes: [
      {
        ...axis,
        size: 32,
        space: TIME_GAP_PX,
        values: (_plot, splits) => splits.map(timesFor(splits)),
      },
      { ...axis, size: 72, values: (_plot, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...marks.map((mark) => ({
        stroke: color(`--net-${mark.color}`),
        dash: [...mark.dash],
        width: 2,
      })),
    ],
    hooks: {
      draw: [(plot) => drawMarks(plot, latest.current?.marks ?? [], { font, color })],
      setCursor: [(plot) => latest.current?.pointed(plot.cursor.idx ?? null)],
    },
  };
}

/** Minutes, or seconds where the axis is that short. */
function timesFor(splits: readonly number[]): (at: number) => string {
  const isShort = (splits[1] ?? 0) - (splits[0] ?? 0) < 60;
  return (at) => timeOfDay(at * 1_000, at * 1_000).slice(0, isShort ? 8 : 5);
}

/** A line from top to bottom for each switch, and above it from where to where. */
function drawMarks(
  { ctx, bbox, valToPos }: uPlot,
  marks: readonly SwitchMark[],
  { font, color }: { readonly font: string; readonly color: (name: string) => string },
): void {
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace("12px", `${11 * scale}px`);
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  ctx.strokeStyle = color("--ink");
  ctx.fillStyle = color("--ink");
  ctx.lineWidth = scale;
  const placed = marks.map(({ at, label }) => ({
    label,
    x: valToPos(at / 1_000, "x", true),
    width: ctx.measureText(label).width,
  }));
  const places = placeLabels(placed, {
    left: bbox.left,
    right: bbox.left + bbox.width,
    rows: LABEL_ROWS,
    gap: LABEL_GAP_PX * scale,
  });
  placed.forEach(({ label, x }, at) => {
    const place = places[at] ?? null;
    const row = place === null ? LABEL_ROWS : place.row;
    const top = bbox.top - (LABEL_ROWS - row) * LABEL_ROW_PX * scale - LABEL_GAP_PX * scale;
    ctx.setLineDash([3 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (place !== null) ctx.fillText(label, place.left, top);
  });
  ctx.restore();
}
