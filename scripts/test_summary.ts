/** How many tests ended how; `skipped` are those that the machine could not run. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The counts of nothing, to start a sum from. */
export const NO_TESTS: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/** Adds two counts. */
export function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/**
 * Reads the counts from the last line that `deno test` prints, for example
 * `FAILED | 2 passed (3 steps) | 1 failed | 4 ignored (65ms)`.
 *
 * The JUnit report would be tidier but leaves out errors outside of a test (Deno 2.9.4).
 *
 * @returns `null` when there is no such line, as after a type error
 */
export function readSummary(output: string): TestCounts | null {
  const lines = withoutColours(output).split("\n")
    .filter((line) => /^(ok|FAILED) \| \d+ passed/.test(line));
  const line = lines.at(-1);
  if (line === undefined) return null;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed"), skipped: count("ignored") };
}

/** Lists the names of the tests that `deno test` left out, in the order of its output. */
export function readSkipped(output: string): readonly string[] {
  return [...withoutColours(output).matchAll(/^(.+) \.\.\. ignored \(/gm)].map((found) => found[1])
    .filter((name) => name !== undefined);
}

/** `name ... ok (3ms)`: how a test ended. */
const ENDED = /^(.+) \.\.\. (ok|FAILED|ignored) \(.*\)$/gm;

/** Counts the tests that were reported one by one: all that is known of a run that was ended. */
export function countReported(output: string): TestCounts {
  const ends = [...withoutColours(output).matchAll(ENDED)].map(([, , end]) => end);
  const count = (wanted: string) => ends.filter((end) => end === wanted).length;
  return { passed: count("ok"), failed: count("FAILED"), skipped: count("ignored") };
}

/** The test that had begun and not ended when the output stopped; null when there is none. */
export function readRunning(output: string): string | null {
  const text = withoutColours(output);
  const ended = new Set([...text.matchAll(ENDED)].map(([, name]) => name));
  const begun = [...text.matchAll(/^(.+) \.\.\.$/gm)].map(([, name]) => name);
  return begun.findLast((name) => !ended.has(name)) ?? null;
}

/**
 * Judges a finished `deno test`: a run that failed without a failed test (a type error, a crash, a
 * time-out) counts as one failure, so that no failure can hide behind a good sum.
 */
export function judgeRun(output: string, exitCode: number): TestCounts {
  const counts = readSummary(output) ?? countReported(output);
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** What a terminal would show, but for the colours. */
export function withoutColours(text: string): string {
  // deno-lint-ignore no-control-regex -- the escape character is what a colour begins with
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
