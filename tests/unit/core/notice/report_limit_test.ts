import { ReportLimit } from "../../../../lib/core/notice/report_limit.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("reports pass up to a burst and then one in a second", () => {
  const limit = new ReportLimit(0);
  const passed = (now: number) => Array.from({ length: 30 }, () => limit.take(now)).filter(Boolean);
  assertEquals(passed(0).length, 10);
  assertEquals(passed(999).length, 0);
  assertEquals(passed(1_000).length, 1);
  assertEquals(passed(3_500).length, 2);
  assertEquals(passed(1_000_000).length, 10);
});
