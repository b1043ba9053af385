/** The workflow that publishes cannot be run here: what it refers to is checked instead. */
import { parseYaml } from "../../../../lib/config/yaml.ts";
import { TARGETS } from "../../../../scripts/compile_target.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { said } from "./kit.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../../../${path}`, import.meta.url));

const TEXT = await read(".github/workflows/release.yml");
const WORKFLOW = parseYaml(TEXT, "release.yml").value;

/** What is found by these names, one below the other; a missing one is a failure. */
function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    assert(typeof found === "object" && found !== null, `${path.join(".")} is missing`);
    found = new Map(Object.entries(found)).get(name);
  }
  assert(found !== undefined, `${path.join(".")} is missing`);
  return found;
}

function has(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}

function list(value: unknown): readonly unknown[] {
  assert(Array.isArray(value), `${JSON.stringify(value)} is no list`);
  return value;
}

const STEPS = ["build", "publish"].flatMap((job) => list(at(WORKFLOW, "jobs", job, "steps")));
const SCRIPTS = STEPS.filter((step) => has(step, "run")).map((step) => String(at(step, "run")));

Deno.test("every task that the workflow runs is in deno.json", async () => {
  const tasks = at(JSON.parse(await read("deno.json")), "tasks");
  const named = SCRIPTS.flatMap((script) => [...script.matchAll(/\$DENO task (\w+)/g)]);
  assert(named.length >= 4, TEXT);
  for (const [, task = ""] of named) assert(has(tasks, task), `there is no task ${task}`);
});

Deno.test("every option that the workflow gives to the release is one", async () => {
  const source = await read("scripts/release.ts");
  const lines = TEXT.split("\n").filter((line) => /task release|TRIAL:/.test(line));
  const options = lines.flatMap((line) => [...line.matchAll(/--(\w+)/g)]);
  assert(options.some(([, option]) => option === "trial"), "the trial is never chosen");
  for (const [, option = ""] of options) {
    assert(source.includes(`      ${option}: { type: `), `--${option} is no option`);
  }
});

Deno.test("every group of tests that the workflow runs exists", async () => {
  const groups = SCRIPTS.flatMap((script) => /task test ([a-z ]+) --/.exec(script)?.[1] ?? [])
    .flatMap((names) => names.split(" "));
  assert(groups.includes("unit") && groups.includes("integration"), groups.join());
  for (const group of groups) {
    const { isDirectory } = await Deno.stat(
      new URL(`../../../../tests/${group}`, import.meta.url),
    );
    assert(isDirectory, group);
  }
});

Deno.test("the workflow builds each target where it will run", () => {
  const include = list(at(WORKFLOW, "jobs", "build", "strategy", "matrix", "include"));
  assertEquals(include.map((one) => at(one, "target")).sort(), [...TARGETS].sort());
  for (const one of include) {
    const [target, system] = [String(at(one, "target")), String(at(one, "system"))];
    const word = /linux/.test(target) ? "ubuntu" : /windows/.test(target) ? "windows" : "macos";
    assert(system.startsWith(`${word}-`), `${target} on ${system}`);
  }
});

Deno.test("the workflow uses the Deno that everything else uses", async () => {
  const inCi = /deno=\(npx -y (deno@\S+)\)/.exec(await read(".ci/run"))?.[1] ?? "none";
  assertEquals(at(WORKFLOW, "env", "DENO"), `npx -y ${inCi}`);
});

Deno.test("the workflow publishes what a tag has begun and all systems have built", () => {
  assertEquals(at(WORKFLOW, "permissions", "contents"), "read");
  assertEquals(at(WORKFLOW, "jobs", "publish", "needs"), "build");
  const publishing = STEPS.filter((step) => /gh release|attest-/.test(JSON.stringify(step)));
  assertEquals(publishing.length, 2);
  for (const step of publishing) assertEquals(at(step, "if"), "github.ref_type == 'tag'");
});

Deno.test("every action that the workflow uses has a version", () => {
  const uses = STEPS.filter((step) => has(step, "uses")).map((step) => String(at(step, "uses")));
  assert(uses.length > 0, TEXT);
  for (const action of uses) assert(/^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(action), action);
});

const lacksShellcheck = lacksProgram("shellcheck", "the test of the workflow's scripts");

Deno.test(
  "shellcheck has nothing to say against the scripts of the workflow",
  { ignore: lacksShellcheck },
  () =>
    inFolder(async (folder) => {
      const paths = await Promise.all(SCRIPTS.map(async (script, index) => {
        const path = `${folder}/${index}.sh`;
        // The server puts values there before a shell sees it; $DENO and $TRIAL are several words.
        const filled = script.replaceAll(/\$\{\{.*?\}\}/g, "value");
        await Deno.writeTextFile(path, `#!/bin/bash -e\n# shellcheck disable=SC2086\n${filled}`);
        return path;
      }));
      assertEquals(await said("shellcheck", paths), "");
    }),
);
