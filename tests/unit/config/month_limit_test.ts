import { monthLimitIn, parseMonthLimit } from "../../../lib/config/month_limit.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("a limit is a size with its unit, or none", () => {
  assertEquals(parseMonthLimit("100GB"), { monthBytes: 100_000_000_000 });
  assertEquals(parseMonthLimit("2TB"), { monthBytes: 2_000_000_000_000 });
  assertEquals(parseMonthLimit("none"), { monthBytes: null });
  for (const text of ["", "100", "0GB", "-1GB", "lots", "99999999TB"]) {
    assertThrows(() => parseMonthLimit(text), TypeError);
  }
});

Deno.test("what a file says of a limit is read, and nothing is no limit of its own", () => {
  assertEquals(monthLimitIn({}), {});
  assertEquals(monthLimitIn({ monthBytes: null }), { monthBytes: null });
  assertEquals(monthLimitIn({ monthBytes: 5 }), { monthBytes: 5 });
  for (const monthBytes of [0, -1, 1.5, "5", 2 ** 60]) {
    assertThrows(() => monthLimitIn({ monthBytes }), TypeError);
  }
});
