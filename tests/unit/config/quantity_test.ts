import { parseBytes, parseDurationMs } from "../../../lib/config/quantity.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("parseDurationMs reads every unit, also with a fraction and a space", () => {
  const read = ["200ms", "30s", "10m", "10min", "12h", "2d", "1.5s", "0.5 h", " 7s "].map(
    parseDurationMs,
  );
  assertEquals(read, [
    200,
    30_000,
    600_000,
    600_000,
    43_200_000,
    172_800_000,
    1_500,
    1_800_000,
    7_000,
  ]);
});

Deno.test("parseBytes reads every unit", () => {
  const read = ["7B", "1kB", "1MB", "1GB", "1KiB", "1MiB", "1GiB", "1.5KiB"].map(parseBytes);
  assertEquals(read, [7, 1e3, 1e6, 1e9, 2 ** 10, 2 ** 20, 2 ** 30, 1_536]);
});

for (
  const value of [
    10,
    "10",
    "",
    "s",
    "-1s",
    "1e3s",
    "1,5s",
    ".5s",
    "1 fortnight",
    "5constructor",
    "5toString",
    "5__proto__",
    "1sm",
    "1S",
    null,
    undefined,
    true,
    ["1s"],
    { s: 1 },
  ]
) {
  Deno.test(`neither a time nor a size is ${JSON.stringify(value)}`, () => {
    assertThrows(() => parseDurationMs(value), TypeError, "with its unit");
    assertThrows(() => parseBytes(value), TypeError, "with its unit");
  });
}

Deno.test("a time is no size and a size is no time", () => {
  assertThrows(() => parseDurationMs("1MiB"), TypeError, "not a time");
  assertThrows(() => parseBytes("1min"), TypeError, "not a size");
});
