import {
  HOUR_MS,
  networkSpans,
  placeIn,
  shownRange,
  type ShownSwitch,
  ticksOf,
} from "../../../../lib/page/cnapt/time_line_view.ts";
import { assertEquals } from "../../../assert.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const RANGE = { from: NOW - HOUR_MS, to: NOW };

/** A switch that ended so many minutes ago. */
function moved(ago: number, from: string, to: string, outcome = "switched" as const): ShownSwitch {
  return { from, to, outcome, endedAt: new Date(NOW - ago * 60_000).toISOString() };
}

/** Spans as minutes before now. */
function spansOf(
  switches: readonly ShownSwitch[],
  network: string,
  awaySince: number | null = null,
): readonly (readonly [string, number, number])[] {
  return networkSpans(switches, RANGE, { network, awaySince }).map((span) =>
    [span.network, (NOW - span.from) / 60_000, (NOW - span.to) / 60_000] as const
  );
}

Deno.test("a site that never moved was on its network all the time", () => {
  assertEquals(spansOf([], "wifi0"), [["wifi0", 60, 0]]);
  assertEquals(spansOf([], ""), [["", 60, 0]]);
});

Deno.test("each switch ends a span and begins the next", () => {
  assertEquals(spansOf([moved(45, "wifi0", "eth0"), moved(10, "eth0", "lte0")], "lte0"), [
    ["wifi0", 60, 45],
    ["eth0", 45, 10],
    ["lte0", 10, 0],
  ]);
});

Deno.test("what was before the hour counts for where the hour begins", () => {
  assertEquals(spansOf([moved(90, "wifi0", "eth0"), moved(30, "eth0", "wifi0")], "wifi0"), [
    ["eth0", 60, 30],
    ["wifi0", 30, 0],
  ]);
});

Deno.test("a switch that failed, or led to where the site was, changes nothing", () => {
  const failed: ShownSwitch = { ...moved(20, "wifi0", "eth0"), outcome: "failed" };
  assertEquals(spansOf([failed, moved(10, "wifi0", "wifi0")], "wifi0"), [["wifi0", 60, 0]]);
});

Deno.test("a site without a network has been nowhere since it lost the last one", () => {
  assertEquals(spansOf([moved(30, "eth0", "wifi0")], "", NOW - 5 * 60_000), [
    ["eth0", 60, 30],
    ["wifi0", 30, 5],
    ["", 5, 0],
  ]);
});

Deno.test("a clock that was set back leaves no span that ends before it begins", () => {
  const spans = spansOf([moved(20, "a", "b"), moved(30, "b", "c"), moved(-5, "c", "d")], "c");
  assertEquals(spans, [["a", 60, 20], ["c", 20, 0]]);
});

Deno.test("an hour is shown, or what there was of it", () => {
  assertEquals(shownRange(NOW, 3 * HOUR_MS), RANGE);
  assertEquals(shownRange(NOW, 600_000).from, NOW - 600_000);
  assertEquals(shownRange(NOW, 0).from, NOW - 60_000);
});

Deno.test("what is shown stays as it is for five seconds, and ends with what happens now", () => {
  assertEquals(shownRange(NOW + 1, 600_001), shownRange(NOW + 5_000, 605_000));
  assertEquals(shownRange(NOW + 1, HOUR_MS).to, NOW + 5_000);
});

Deno.test("a place is never beyond the line", () => {
  assertEquals([-1, 0, 30, 60, 61].map((ago) => placeIn(NOW - ago * 60_000, RANGE)), [
    1,
    1,
    0.5,
    0,
    0,
  ]);
  assertEquals(placeIn(NOW, { from: NOW, to: NOW }), 0);
});

Deno.test("ticks are few, at whole minutes, the last of them now", () => {
  assertEquals(ticksOf(RANGE).map(({ label }) => label), [
    "60 min ago",
    "50 min ago",
    "40 min ago",
    "30 min ago",
    "20 min ago",
    "10 min ago",
    "now",
  ]);
  assertEquals(ticksOf({ from: NOW - 150_000, to: NOW }).map(({ label }) => label), [
    "2 min ago",
    "1 min ago",
    "now",
  ]);
});
