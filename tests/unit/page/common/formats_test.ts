import { inMs, inPercent, inRate, timeOfDay } from "../../../../lib/page/common/formats.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("what is not known is shown as such, and never as nothing", () => {
  assertEquals([inRate(null), inMs(null), inPercent(null)], ["–", "–", "–"]);
  assertEquals([inRate(0), inMs(0), inPercent(0)], ["0 B/s", "0.0 ms", "0 %"]);
});

Deno.test("a share has a digit after the point only where that matters", () => {
  assertEquals([0.004, 0.25, 1].map(inPercent), ["0.4 %", "25 %", "100 %"]);
});

Deno.test("a time has its day only when that is not today", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  assertEquals(timeOfDay("2026-11-28T09:05:07Z", now, "UTC"), "09:05:07");
  assertEquals(timeOfDay("2026-11-27T23:05:07Z", now, "UTC"), "27 Nov, 23:05:07");
  assertEquals(timeOfDay("2026-11-27T23:05:07Z", now, "Asia/Tokyo"), "08:05:07");
  assertEquals(timeOfDay("no time", now, "UTC"), "–");
});
