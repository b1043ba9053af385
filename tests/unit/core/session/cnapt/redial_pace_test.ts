import { RedialPace } from "../../../../../lib/core/session/cnapt/redial_pace.ts";
import { assertEquals } from "../../../../assert.ts";

const MINUTE_MS = 60_000;

Deno.test("SNAPT is looked for all the time at first, and less often when that goes on for hours", () => {
  const pace = new RedialPace();
  const minutes = [0, 14, 15, 119, 120, 3 * 24 * 60];
  assertEquals(minutes.map((at) => pace.pauseMs(1_000 + at * MINUTE_MS)), [
    500,
    500,
    2_000,
    2_000,
    10_000,
    10_000,
  ]);
});

Deno.test("whoever has a reason to hope looks all the time again", () => {
  const pace = new RedialPace();
  pace.pauseMs(0);
  assertEquals(pace.pauseMs(300 * MINUTE_MS), 10_000);
  pace.reset();
  assertEquals(pace.pauseMs(301 * MINUTE_MS), 500);
});
