/**
 * `deno task test [group…] [-- flags of deno test]`: runs the tests from the quickest group to the
 * slowest and ends with the line `N passed, N failed, N skipped`. Exit status 0 only if none failed.
 */
import { parseArgs } from "node:util";
import { addCounts, judgeRun, NO_TESTS, readSkipped, type TestCounts } from "./test_summary.ts";

/** The folders of tests/, in the order in which they run: the first failure shows early. */
const GROUPS = ["unit", "sim", "fuzz", "integration", "lab"] as const;
type Group = typeof GROUPS[number];

/** A group that takes longer than this hangs; CI would otherwise wait without saying for what. */
const GROUP_LIMIT_MS = 15 * 60_000;

/** What a group that was told to stop gets to end the programs that it started. */
const KILL_DELAY_MS = 10_000;

/** How long output may still come in after the tests have ended. */
const PIPE_GRACE_MS = 2_000;

const ROOT = new URL("../", import.meta.url);

/** What one group ended with. */
interface GroupResult {
  readonly counts: TestCounts;
  readonly skipped: readonly string[];
}

async function main(args: readonly string[]): Promise<number> {
  const { groups, flags } = readArguments(args);
  let total = NO_TESTS;
  const skipped: string[] = [];
  for (const group of groups) {
    if (!await hasTests(group)) continue;
    console.log(`\n== tests/${group} ==`);
    // The lab runs what users run: the compiled programs, made from the sources of this moment.
    if (group === "lab") await compileForHost();
    const result = await runGroup(group, flags);
    total = addCounts(total, result.counts);
    skipped.push(...result.skipped.map((name) => `${group}: ${name}`));
  }
  if (skipped.length > 0) {
    console.log(`\nSKIPPED, because this machine lacks what they need (see above):`);
    for (const name of skipped) console.log(`  ${name}`);
  }
  if (total.passed + total.failed === 0) {
    console.log("\nNo test was run");
    total = { ...total, failed: 1 };
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
}

function readArguments(args: readonly string[]): { groups: readonly Group[]; flags: string[] } {
  const dashes = args.indexOf("--");
  const own = dashes < 0 ? args : args.slice(0, dashes);
  const { positionals } = parseArgs({ args: [...own], allowPositionals: true });
  const unknown = positionals.find((name) => !isGroup(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot run tests: no group "${unknown}", only ${GROUPS.join(", ")}`);
  }
  const groups = positionals.length === 0 ? GROUPS : GROUPS.filter((g) => positionals.includes(g));
  return { groups, flags: dashes < 0 ? [] : args.slice(dashes + 1) };
}

function isGroup(name: string): name is Group {
  return GROUPS.some((group) => group === name);
}

async function hasTests(group: Group): Promise<boolean> {
  try {
    return (await Deno.stat(new URL(`tests/${group}/`, ROOT))).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function compileForHost(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "compile", "--host"],
    cwd: ROOT,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) {
    console.log("SKIPPED compiling: the lab runs cnapt.ts and snapt.ts with Deno itself instead");
  }
}

async function runGroup(group: Group, flags: readonly string[]): Promise<GroupResult> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-P=test", ...flags, `tests/${group}/`],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const limit = setTimeout(() => {
    console.log(`Cannot finish tests/${group}: longer than ${GROUP_LIMIT_MS / 60_000} minutes`);
    child.kill("SIGTERM");
  }, GROUP_LIMIT_MS);
  const kill = setTimeout(() => child.kill("SIGKILL"), GROUP_LIMIT_MS + KILL_DELAY_MS);
  try {
    const output = await showAndCollect(child);
    const { code } = await child.status;
    return { counts: judgeRun(output, code), skipped: readSkipped(output) };
  } finally {
    clearTimeout(limit);
    clearTimeout(kill);
  }
}

async function showAndCollect(child: Deno.ChildProcess): Promise<string> {
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  // A program that a test forgot can hold the pipe open for ever after the tests have ended.
  let stop: ReturnType<typeof setTimeout> | undefined;
  const ended = child.status.then(() => {
    stop = setTimeout(() => reader.cancel(), PIPE_GRACE_MS);
  });
  let output = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    Deno.stdout.writeSync(part.value);
    output += decoder.decode(part.value, { stream: true });
  }
  await ended;
  clearTimeout(stop);
  return output;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(error.message);
    Deno.exitCode = 2;
  }
}
