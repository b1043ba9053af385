import { describeRate } from "../../../../lib/status/words/describe_rate.ts";
import { assertEquals } from "../../../assert.ts";

const ROWS: readonly (readonly [number | null, string])[] = [
  [null, ""],
  [512, "512 B/s achieved"],
  [1_500, "1.5 kB/s achieved"],
  [42_000_000, "42 MB/s achieved"],
  [1_250_000_000_000, "1.3 TB/s achieved"],
];

for (const [rate, text] of ROWS) {
  Deno.test(`a rate of ${rate} reads "${text}"`, () => {
    assertEquals(describeRate(rate), text);
  });
}
