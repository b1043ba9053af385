import { sparkline } from "../../../../lib/app/screen/sparkline.ts";
import { assertEquals } from "../../../assert.ts";

for (
  const [values, columns, shown] of [
    [[0, 10, 20, 40], 4, "▁▃▅█"],
    [[5, 5, 5], 5, "  ▃▃▃"],
    [[1, null, 40], 3, "▁ █"],
    [[1, 2, 3, 40], 2, "▁█"],
    [[], 3, "   "],
    [[1, 2], 0, ""],
  ] as const
) {
  Deno.test(`${JSON.stringify(values)} in ${columns} columns is "${shown}"`, () => {
    assertEquals(sparkline(values, columns, 20), shown);
  });
}
