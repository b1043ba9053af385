import { judgeRun, readRunning, readSkipped, readSummary } from "../../../scripts/test_summary.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("readSummary reads all counts when the line has steps and colours", () => {
  const line = "\u001b[0m\u001b[31mFAILED\u001b[0m | 2 passed (3 steps) | 12 failed (1 step) " +
    "| 4 ignored | 7 filtered out \u001b[0m(65ms)";
  assertEquals(readSummary(`a ... ok\n\n${line}\n`), { passed: 2, failed: 12, skipped: 4 });
});

Deno.test("readSummary takes the last line when a test prints one of its own", () => {
  const output = "ok | 9 passed | 0 failed (1ms)\nFAILED | 1 passed | 1 failed (2ms)\n";
  assertEquals(readSummary(output), { passed: 1, failed: 1, skipped: 0 });
});

Deno.test("readSummary finds nothing when the run ended before its summary", () => {
  assertEquals(readSummary("error: Type checking failed.\n"), null);
});

Deno.test("judgeRun counts one failure when the run failed without a summary", () => {
  assertEquals(judgeRun("", 1), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("judgeRun counts one failure when the status is bad though no test failed", () => {
  assertEquals(judgeRun("ok | 3 passed | 0 failed (1ms)", 143), {
    passed: 3,
    failed: 1,
    skipped: 0,
  });
});

Deno.test("judgeRun adds nothing when the failed tests explain the status", () => {
  assertEquals(judgeRun("FAILED | 3 passed | 2 failed (1ms)", 1), {
    passed: 3,
    failed: 2,
    skipped: 0,
  });
});

/** What `deno test` had printed when it was ended. */
const ENDED = `running 4 tests from ./tests/lab/slow_test.ts
one is quick ... \u001b[32mok\u001b[0m (416µs)
two says something ...
------- output -------
hello
----- output end -----
two says something ... ok (434µs)
three is left out ... ignored (0ms)
four takes long ...
------- output -------
begun
`;

Deno.test("what passed before a run was ended is counted, and the test named that was running", () => {
  assertEquals(judgeRun(ENDED, 143), { passed: 2, failed: 1, skipped: 1 });
  assertEquals(readRunning(ENDED), "four takes long");
  assertEquals(readRunning(ENDED.slice(0, ENDED.indexOf("four"))), null);
});

Deno.test("readSkipped lists the ignored tests when others ran", () => {
  const output = "a ... ok (1ms)\nb \u001b[32m... \u001b[33mignored\u001b[0m (0ms)\nc ... ok (2ms)";
  assertEquals(readSkipped(output), ["b"]);
});
