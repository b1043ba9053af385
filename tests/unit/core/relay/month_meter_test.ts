import { MonthMeter, monthOf, quotaOf } from "../../../../lib/core/relay/month_meter.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a month is one of UTC", () => {
  assertEquals(monthOf(new Date("2026-11-30T23:59:59.999Z")), "2026-11");
  assertEquals(monthOf(new Date("2026-12-01T00:00:00.000Z")), "2026-12");
});

Deno.test("a limit is near from four fifths on, and spent when it is reached", () => {
  assertEquals([0, 79, 80, 99, 100, 101].map((used) => quotaOf(used, 100)), [
    "free",
    "free",
    "near",
    "near",
    "spent",
    "spent",
  ]);
  assertEquals(quotaOf(1e15, null), "free");
});

Deno.test("what is carried counts for its month, and the next one begins at nothing", () => {
  const meter = new MonthMeter({ month: "2026-11", toSnaptBytes: 1, fromSnaptBytes: 2 });
  meter.roll("2026-11");
  meter.add(10, "snapt");
  meter.add(20, "caller");
  assertEquals(meter.use, { month: "2026-11", toSnaptBytes: 11, fromSnaptBytes: 22 });
  assertEquals(meter.usedBytes, 33);
  meter.roll("2026-10"); // the clock was set back
  assertEquals(meter.usedBytes, 33);
  meter.roll("2026-12");
  assertEquals(meter.use, { month: "2026-12", toSnaptBytes: 0, fromSnaptBytes: 0 });
});

Deno.test("what was carried before anybody said which month it is counts", () => {
  const meter = new MonthMeter(null);
  meter.add(10, "snapt");
  meter.roll("2026-11");
  assertEquals(meter.use, { month: "2026-11", toSnaptBytes: 10, fromSnaptBytes: 0 });
});

Deno.test("a month that is far ahead was counted by a clock that was wrong, and counts for this one", () => {
  const meter = new MonthMeter({ month: "2099-01", toSnaptBytes: 1, fromSnaptBytes: 2 });
  meter.roll("1970-01"); // a clock that was never set proves nothing
  assertEquals(meter.use.month, "2099-01");
  meter.roll("2026-11");
  assertEquals([meter.use.month, meter.usedBytes], ["2026-11", 3]);
  meter.roll("2026-12");
  assertEquals(meter.usedBytes, 0);
});
