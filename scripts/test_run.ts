import { fileURLToPath } from "node:url";
import { readErrors } from "./test_errors.ts";
import type { TestRun } from "./test_report.ts";
import { judgeRun, readRunning, readSkipped, withoutColours } from "./test_summary.ts";

/** A run that takes longer than this hangs; CI would otherwise wait without saying for what. */
const RUN_LIMIT_MS = 10 * 60_000;

/** What a run that was told to stop gets to end the programs that it started. */
const KILL_DELAY_MS = 10_000;

/** How long output may still come in after the tests have ended. */
const PIPE_GRACE_MS = 2_000;

/** How much of the end of its output tells where a run stood. */
const LAST_LINES = 15;

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** When the output is shown: the outputs of two runs at once would be mixed. */
export type Showing = "asItComes" | "atTheEnd";

/** What one `deno test` runs. */
export interface TestSelection {
  /** A folder or a file, or what is said in the place of many. */
  readonly name: string;
  readonly paths: readonly string[];
}

/** Runs tests, and shows what they print. */
export async function runTests(
  { name, paths }: TestSelection,
  flags: readonly string[],
  showing: Showing,
): Promise<TestRun> {
  const startedMs = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-P=test", ...flags, ...paths],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let end: TestRun["end"] = "byItself";
  const limit = setTimeout(() => {
    end = "timeOut";
    child.kill("SIGTERM");
  }, RUN_LIMIT_MS);
  const kill = setTimeout(() => child.kill("SIGKILL"), RUN_LIMIT_MS + KILL_DELAY_MS);
  try {
    const [output, errorOutput] = await showAndCollect(child, showing);
    const { code } = await child.status;
    if (showing === "atTheEnd") console.log(`${output}${errorOutput}`);
    return {
      name,
      counts: judgeRun(output, code),
      skipped: readSkipped(output),
      errors: readErrors(output),
      lastLines: [output, errorOutput].flatMap(lastLinesOf),
      tookMs: performance.now() - startedMs,
      running: readRunning(output),
      end,
    };
  } finally {
    clearTimeout(limit);
    clearTimeout(kill);
  }
}

/** What came on standard output and on standard error. */
async function showAndCollect(
  child: Deno.ChildProcess,
  showing: Showing,
): Promise<readonly [string, string]> {
  const streams = [
    { reader: child.stdout.getReader(), shown: Deno.stdout },
    { reader: child.stderr.getReader(), shown: Deno.stderr },
  ] as const;
  // A program that a test forgot can hold the pipes open for ever after the tests have ended.
  let stop: ReturnType<typeof setTimeout> | undefined;
  const ended = child.status.then(() => {
    stop = setTimeout(() => streams.forEach(({ reader }) => void reader.cancel()), PIPE_GRACE_MS);
  });
  const collect = async ({ reader, shown }: typeof streams[number]): Promise<string> => {
    const decoder = new TextDecoder();
    let output = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (showing === "asItComes") shown.writeSync(part.value);
      output += decoder.decode(part.value, { stream: true });
    }
    return output;
  };
  const [output, errorOutput] = await Promise.all([collect(streams[0]), collect(streams[1])]);
  await ended;
  clearTimeout(stop);
  return [output, errorOutput];
}

function lastLinesOf(output: string): readonly string[] {
  return withoutColours(output).trimEnd().split("\n").slice(-LAST_LINES);
}
