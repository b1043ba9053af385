import { withoutColours } from "./test_summary.ts";

/** A test that failed, and what `deno test` said of it. */
export interface TestError {
  /** As in `name => ./file.ts:1:6`. */
  readonly test: string;
  readonly lines: readonly string[];
}

/** More lines of one failure hide the others. */
const MAX_LINES = 40;

/** Reads the part `ERRORS` of the output of `deno test`: one entry for each test that failed. */
export function readErrors(output: string): readonly TestError[] {
  const text = withoutColours(output);
  const begin = text.lastIndexOf("\n ERRORS \n");
  if (begin < 0) return [];
  const end = text.indexOf("\n FAILURES \n", begin);
  const errors: { test: string; lines: string[] }[] = [];
  const lines = text.slice(begin, end < 0 ? undefined : end).split("\n").slice(2);
  for (const line of lines) {
    if (/^\S.* => \S+:\d+:\d+$/.test(line)) errors.push({ test: line, lines: [] });
    else errors.at(-1)?.lines.push(line);
  }
  return errors.map(({ test, lines }) => ({ test, lines: trimmed(lines).slice(0, MAX_LINES) }));
}

function trimmed(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== "");
  const last = lines.findLastIndex((line) => line !== "");
  return first < 0 ? [] : lines.slice(first, last + 1);
}
