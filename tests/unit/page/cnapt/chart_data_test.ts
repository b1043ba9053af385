import {
  chartData,
  chartSpans,
  placeLabels,
  switchMarks,
} from "../../../../lib/page/cnapt/chart_data.ts";
import type { PathHistoryDocument } from "../../../../lib/status/page/path_history_document.ts";
import { assertEquals } from "../../../assert.ts";

const HISTORY: PathHistoryDocument = {
  schema: "cnapt.history/1",
  intervalMs: 1_000,
  times: [1_000, 2_000, 3_000, 4_000],
  networks: [
    {
      site: "home",
      provider: "wifi0",
      roundTripMs: [20, null, 22, 24],
      loss: [0, 0, 0, 0],
      bytesPerSecond: [0, 100, 200, 300],
    },
    {
      site: "home",
      provider: "vpn0",
      roundTripMs: [null, null, null, null],
      loss: [null, null, null, null],
      bytesPerSecond: [null, null, null, null],
    },
    {
      site: "office",
      provider: "eth0",
      roundTripMs: [1, 1, 1, 1],
      loss: [0, 0, 0, 0],
      bytesPerSecond: [0, 0, 0, 0],
    },
  ],
  switches: [],
};

const RANGE = { from: 2_000, to: 4_000 };

Deno.test("a chart has the networks of its site, from where the range begins", () => {
  assertEquals(chartData(HISTORY, { site: "home", field: "roundTripMs", range: RANGE }), {
    times: [2_000, 3_000, 4_000],
    lines: [{ network: "wifi0", values: [null, 22, 24] }],
  });
});

Deno.test("a chart is empty when everything was before its range", () => {
  const range = { from: 9_000, to: 10_000 };
  assertEquals(chartData(HISTORY, { site: "home", field: "bytesPerSecond", range }), {
    times: [],
    lines: [],
  });
});

Deno.test("a chart in numbers gives medians, the newest first, and no row of nothing", () => {
  const data = chartData(HISTORY, { site: "home", field: "bytesPerSecond", range: RANGE });
  assertEquals(chartSpans(data, { from: 0, to: 4_000 }, 2), [
    { from: 2_000, medians: [300] },
    { from: 0, medians: [100] },
  ]);
  assertEquals(chartSpans(data, { from: 4_000, to: 8_000 }, 4), []);
});

Deno.test("switches within the range are marked, with short names, and failures are not", () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const moved = { from: "wifi0", to: "a network with a long name", outcome: "switched" as const };
  assertEquals(
    switchMarks([
      { ...moved, endedAt: at(1_000) },
      { ...moved, endedAt: at(2_500) },
      { ...moved, outcome: "failed", endedAt: at(3_000) },
    ], RANGE),
    [{ at: 2_500, label: "wifi0 → a network …" }],
  );
});

Deno.test("labels that would lie over one another go to the next row, or are left out", () => {
  const room = { left: 0, right: 100, rows: 2, gap: 2 };
  const marks = [10, 12, 14, 60, 95].map((x) => ({ x, width: 30 }));
  assertEquals(placeLabels(marks, room), [
    { left: 12, row: 0 },
    { left: 14, row: 1 },
    null,
    { left: 62, row: 0 },
    { left: 63, row: 1 },
  ]);
});
