import { reportLine, summaryOf, type TestRun, totalOf } from "../../../scripts/test_report.ts";
import { assertEquals } from "../../assert.ts";

const RUN: TestRun = {
  name: "tests/lab/a_test.ts",
  counts: { passed: 8, failed: 0, skipped: 0 },
  skipped: [],
  errors: [],
  lastLines: ["last"],
  tookMs: 197_400,
  end: "byItself",
  running: null,
};

Deno.test("a run is reported in one line as it ends", () => {
  assertEquals(reportLine(RUN), "tests/lab/a_test.ts: 8 passed, 0 failed, 3m17s");
  const late: TestRun = {
    ...RUN,
    counts: { passed: 2, failed: 1, skipped: 3 },
    tookMs: 5_000,
    end: "timeOut",
    running: "a cable is pulled",
  };
  assertEquals(
    reportLine(late),
    "tests/lab/a_test.ts: 2 passed, 1 failed, 3 skipped, 5s, " +
      'ended because it took too long, in "a cable is pulled"',
  );
});

Deno.test("the summary ends with the failures of all runs, and with the sum", () => {
  const failed: TestRun = {
    ...RUN,
    name: "tests/unit/",
    counts: { passed: 1, failed: 1, skipped: 1 },
    skipped: ["needs a moon"],
    errors: [{ test: "x => ./x_test.ts:1:6", lines: ["error: planted"] }],
    tookMs: 1_000,
  };
  assertEquals(summaryOf([failed, RUN]), [
    "",
    "SKIPPED, because this machine lacks what they need (see above):",
    "  tests/unit/: needs a moon",
    "",
    "FAILED in tests/unit/: 1 passed, 1 failed, 1 skipped, 1s",
    "",
    "x => ./x_test.ts:1:6",
    "error: planted",
    "",
    "9 passed, 1 failed, 1 skipped",
  ]);
});

Deno.test("the summary shows where a run stood that names no test", () => {
  const lost: TestRun = { ...RUN, counts: { passed: 0, failed: 1, skipped: 0 }, end: "timeOut" };
  assertEquals(summaryOf([lost]).slice(1, 3), [
    "FAILED in tests/lab/a_test.ts: 0 passed, 1 failed, 3m17s, ended because it took too long",
    "last",
  ]);
});

Deno.test("nothing that was run is a failure", () => {
  assertEquals(totalOf([]), { passed: 0, failed: 1, skipped: 0 });
  assertEquals(summaryOf([]), ["", "No test was run", "", "0 passed, 1 failed, 0 skipped"]);
});
