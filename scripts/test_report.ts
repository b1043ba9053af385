import type { TestError } from "./test_errors.ts";
import { addCounts, NO_TESTS, type TestCounts } from "./test_summary.ts";

/** What came of one `deno test`. */
export interface TestRun {
  /** The folder or file that was run, or what is said in the place of many. */
  readonly name: string;
  readonly counts: TestCounts;
  readonly skipped: readonly string[];
  readonly errors: readonly TestError[];
  /** The end of the output: says where a run stood that did not end by itself. */
  readonly lastLines: readonly string[];
  readonly tookMs: number;
  readonly end: "byItself" | "timeOut";
  /** The test that was running when the output stopped. */
  readonly running: string | null;
}

export function totalOf(runs: readonly TestRun[]): TestCounts {
  const total = runs.map(({ counts }) => counts).reduce(addCounts, NO_TESTS);
  // Nothing that was run is no success.
  return total.passed + total.failed === 0 ? { ...total, failed: 1 } : total;
}

/** What is said of a run as it ends: `tests/lab/scenarios_test.ts: 8 passed, 0 failed, 3m17s`. */
export function reportLine({ name, counts, tookMs, end, running }: TestRun): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  const late = end === "timeOut" ? `, ended because it took too long${within(running)}` : "";
  return `${name}: ${counts.passed} passed, ${counts.failed} failed${skipped}, ${
    duration(tookMs)
  }${late}`;
}

/**
 * What is said in the end: what was left out, then every failure with its reason, however early it
 * was (CI shows the end of the output only), then the line `N passed, N failed, N skipped`.
 */
export function summaryOf(runs: readonly TestRun[]): readonly string[] {
  const lines: string[] = [];
  const skipped = runs.flatMap((run) => run.skipped.map((test) => `  ${run.name}: ${test}`));
  if (skipped.length > 0) {
    lines.push("", "SKIPPED, because this machine lacks what they need (see above):", ...skipped);
  }
  for (const run of runs.filter(({ counts }) => counts.failed > 0)) {
    lines.push("", `FAILED in ${reportLine(run)}`);
    for (const { test, lines: reason } of run.errors) lines.push("", test, ...reason);
    // A type error, a crash or a time-out names no test.
    if (run.errors.length === 0) lines.push(...run.lastLines);
  }
  const { passed, failed, skipped: left } = totalOf(runs);
  if (passed === 0 && runs.every(({ counts }) => counts.failed === 0)) {
    lines.push("", "No test was run");
  }
  lines.push("", `${passed} passed, ${failed} failed, ${left} skipped`);
  return lines;
}

function within(running: string | null): string {
  return running === null ? "" : `, in "${running}"`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
