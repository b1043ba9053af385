import { readErrors } from "../../../scripts/test_errors.ts";
import { assertEquals } from "../../assert.ts";

const OUTPUT = `running 2 tests from ./tests/unit/a_test.ts
one ... \u001b[31mFAILED\u001b[0m (1ms)

 ERRORS 

one => ./tests/unit/a_test.ts:1:6
\u001b[31merror\u001b[0m: Error: first
    at file:///a_test.ts:1:30

two => ./tests/unit/a_test.ts:9:6
error: Error: second

 FAILURES 

one => ./tests/unit/a_test.ts:1:6
two => ./tests/unit/a_test.ts:9:6

FAILED | 0 passed | 2 failed (9ms)
`;

Deno.test("readErrors has each failed test once, with what was said of it", () => {
  assertEquals(readErrors(OUTPUT), [
    {
      test: "one => ./tests/unit/a_test.ts:1:6",
      lines: ["error: Error: first", "    at file:///a_test.ts:1:30"],
    },
    { test: "two => ./tests/unit/a_test.ts:9:6", lines: ["error: Error: second"] },
  ]);
});

Deno.test("readErrors cuts a failure that would hide the others", () => {
  const long = OUTPUT.replace("    at file", "line\n".repeat(1_000) + "    at file");
  assertEquals(readErrors(long).map(({ lines }) => lines.length), [40, 1]);
});

Deno.test("readErrors finds nothing when nothing failed", () => {
  assertEquals(readErrors("ok | 3 passed | 0 failed (1ms)"), []);
});
