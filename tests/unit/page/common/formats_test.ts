import {
  inBytes,
  inMs,
  inPercent,
  inRate,
  inTime,
  timeOfDay,
} from "../../../../lib/page/common/formats.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("numbers are shown as exactly as people need them", () => {
  assertEquals([0, 999, 1_500, 45_678, 7.2e12].map(inBytes), [
    "0 B",
    "999 B",
    "1.5 kB",
    "46 kB",
    "7.2 TB",
  ]);
  assertEquals([null, 0, 2_500_000].map(inRate), ["–", "0 B/s", "2.5 MB/s"]);
  assertEquals([null, 0.04, 9.94, 22.4, 1_500].map(inMs), [
    "–",
    "0.0 ms",
    "9.9 ms",
    "22 ms",
    "1500 ms",
  ]);
  assertEquals([null, 0, 0.004, 0.25, 1].map(inPercent), ["–", "0 %", "0.4 %", "25 %", "100 %"]);
  assertEquals([-5, 9_940, 95_000, 1.5e6, 6e7, 3e8].map(inTime), [
    "0.0 s",
    "9.9 s",
    "95 s",
    "25 min",
    "17 h",
    "3 days",
  ]);
});

Deno.test("a time has its day only when that is not today", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  assertEquals(timeOfDay("2026-11-28T09:05:07Z", now, "UTC"), "09:05:07");
  assertEquals(timeOfDay("2026-11-27T23:05:07Z", now, "UTC"), "27 Nov, 23:05:07");
  assertEquals(timeOfDay("2026-11-27T23:05:07Z", now, "Asia/Tokyo"), "08:05:07");
  assertEquals(timeOfDay("no time", now, "UTC"), "–");
});
