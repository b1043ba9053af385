import { RateEstimate } from "../../../../lib/core/notice/rate_estimate.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("the estimated rate is the best of the last looks", () => {
  const rate = new RateEstimate();
  rate.look(1_000_000, 0);
  assertEquals(rate.bytesPerSecond, null);
  rate.look(500_000, 1_000);
  rate.look(1_000, 3_000);
  assertEquals(rate.bytesPerSecond, 500_000);
  for (let second = 4; second < 14; second++) rate.look(100_000, second * 1_000);
  assertEquals(rate.bytesPerSecond, 100_000);
  rate.restart();
  assertEquals(rate.bytesPerSecond, null);
});

Deno.test("a look in which next to nothing went through says nothing of the path", () => {
  const rate = new RateEstimate();
  rate.look(0, 0);
  rate.look(16 * 1024 - 1, 1_000);
  assertEquals(rate.bytesPerSecond, null);
  rate.look(16 * 1024, 2_000);
  assertEquals(rate.bytesPerSecond, 16 * 1024);
});
