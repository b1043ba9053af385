/**
 * `deno task test [group or folder…] [-- flags of deno test]`: runs the tests from the quickest group
 * to the slowest, or those of a folder such as `unit/core`, and ends with the line
 * `N passed, N failed, N skipped`. Exit status 0 only if none failed.
 */
import { parseArgs } from "node:util";
import { filesAlone, testFilesIn } from "./test_files.ts";
import { runTests, type TestSelection } from "./test_run.ts";
import { reportLine, summaryOf, type TestRun, totalOf } from "./test_report.ts";

/** The folders of tests/, in the order in which they run: the first failure shows early. */
const GROUPS = ["unit", "sim", "fuzz", "integration", "browser", "lab"] as const;
type Group = typeof GROUPS[number];

/** What is run: a group, or a folder in it. */
interface Selected {
  readonly group: Group;
  /** Below tests/, with a slash at its end. */
  readonly folder: string;
}

/** Groups whose files run at the same time, as threads of one process, but for `filesAlone`. */
const PARALLEL_GROUPS: ReadonlySet<Group> = new Set(["unit", "sim"]);

/** Groups that start what users start: the compiled programs, of the sources of this moment. */
const COMPILED_GROUPS: ReadonlySet<Group> = new Set([
  "integration",
  "browser",
  "lab",
]);

/**
 * Groups whose files run each on its own, so that none can hide what the others did, and so many of
 * them at once: most of their tests wait for networks, not for the processor.
 */
const FILES_AT_ONCE: Readonly<Partial<Record<Group, number>>> = {
  integration: 3,
  browser: 2,
  lab: 3,
};

/** They begin, so that none of them runs alone at the end. */
const SLOWEST_FILES: readonly string[] = [
  "tests/lab/scenarios_test.ts",
  "tests/lab/datagrams_test.ts",
];

/** They need all of the processor, and run when all others have ended. */
const HEAVY_FILES: readonly string[] = [
  "tests/lab/many_streams_test.ts",
  "tests/integration/fairness_test.ts",
];

const ROOT = new URL("../", import.meta.url);

async function main(args: readonly string[]): Promise<number> {
  const { selected, flags: asked } = readArguments(args);
  const runs: TestRun[] = [];
  const flags = await checkedOnce(asked);
  if (flags === null) return 1;
  if (selected.some(({ group }) => COMPILED_GROUPS.has(group))) await compileForHost();
  for (const { group, folder } of selected) {
    console.log(`\n== tests/${folder.slice(0, -1)} ==`);
    const atOnce = FILES_AT_ONCE[group];
    if (atOnce !== undefined) runs.push(...await runByFile(`tests/${folder}`, flags, atOnce));
    else runs.push(...await runGroup(`tests/${folder}`, flags, PARALLEL_GROUPS.has(group)));
  }
  for (const line of summaryOf(runs)) console.log(line);
  return totalOf(runs).failed === 0 ? 0 : 1;
}

/** Checks the types of all tests at once, not with each file again; null: they are wrong. */
async function checkedOnce(flags: readonly string[]): Promise<readonly string[] | null> {
  if (flags.includes("--no-check")) return flags;
  return await hasSucceeded(["check", "-q", "tests"]) ? ["--no-check", ...flags] : null;
}

function readArguments(
  args: readonly string[],
): { readonly selected: readonly Selected[]; readonly flags: readonly string[] } {
  const dashes = args.indexOf("--");
  const own = dashes < 0 ? args : args.slice(0, dashes);
  const { positionals } = parseArgs({ args: [...own], allowPositionals: true });
  const names = positionals.length === 0 ? GROUPS : positionals;
  const selected = names.map(selectedBy).sort((a, b) =>
    GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group)
  );
  return { selected, flags: dashes < 0 ? [] : args.slice(dashes + 1) };
}

function selectedBy(name: string): Selected {
  const group = GROUPS.find((group) => name === group || name.startsWith(`${group}/`));
  if (group === undefined) {
    throw new TypeError(`Cannot run tests: no group "${name}", only ${GROUPS.join(", ")}`);
  }
  const folder = `${name.replace(/\/+$/, "")}/`;
  if (isFolder(`tests/${folder}`)) return { group, folder };
  throw new TypeError(`Cannot run tests: there is no folder tests/${folder}`);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether Deno, called so in the project's folder, had nothing to complain about. */
async function hasSucceeded(args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return success;
}

async function compileForHost(): Promise<void> {
  if (!await hasSucceeded(["task", "compile", "--host"])) {
    console.log("SKIPPED compiling: cnapt.ts and snapt.ts are run with Deno itself instead");
  }
}

/** Runs a folder in one process, and after it, in another, those of its files that run alone. */
async function runGroup(
  folder: string,
  flags: readonly string[],
  isParallel: boolean,
): Promise<readonly TestRun[]> {
  const runs: TestRun[] = [];
  const run = async (selection: TestSelection, more: readonly string[]) => {
    const run = await runTests(selection, [...more, ...flags], "asItComes");
    console.log(reportLine(run));
    runs.push(run);
  };
  const alone = isParallel ? await filesAlone(await testFilesIn(folder)) : [];
  const parallel = isParallel ? ["--parallel"] : [];
  const without = alone.map((path) => `--ignore=${path}`);
  await run({ name: folder, paths: [folder] }, [...parallel, ...without]);
  if (alone.length > 0) await run({ name: `${folder}, one after the other`, paths: alone }, []);
  return runs;
}

/** Runs each file of a folder on its own, and shows what it printed when it has ended. */
async function runByFile(
  folder: string,
  flags: readonly string[],
  atOnce: number,
): Promise<readonly TestRun[]> {
  const runs: TestRun[] = [];
  const files = await testFilesIn(folder);
  const heavy = files.filter((path) => HEAVY_FILES.includes(path));
  const isSlow = (path: string) => SLOWEST_FILES.includes(path);
  const light = files.filter((path) => !HEAVY_FILES.includes(path));
  const waiting = [...light.filter(isSlow), ...light.filter((path) => !isSlow(path))];
  const runNext = async (waiting: string[]) => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const run = await runTests({ name: path, paths: [path] }, flags, "atTheEnd");
      console.log(reportLine(run));
      runs.push(run);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, () => runNext(waiting)));
  await runNext(heavy);
  return runs;
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
