import { Histogram } from "../../../../lib/relay/run/histogram.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a histogram counts each value in all buckets that it is not above of", () => {
  const histogram = new Histogram([0.1, 1, 10]);
  for (const value of [0, 0.1, 0.5, 10, 600]) histogram.add(value);
  assertEquals(histogram.snapshot(), {
    ...{ bounds: [0.1, 1, 10], upTo: [2, 3, 4] },
    ...{ count: 5, sum: 610.6 },
  });
});
