/**
 * `deno task compile [--host | --target T…] [--output DIR]`: makes both programs for each target.
 *
 * `deno compile` puts them on top of a bare runtime (denort) that it downloads once per target. A
 * target whose runtime cannot be had is named with the reason, the others are still made, and the
 * exit status is 1. What was made for this machine is also run: a runtime that does not match
 * gives a broken file without any error.
 */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { BUILT_FROM } from "../lib/app/program/version.ts";
import {
  binaryName,
  denortPath,
  isTarget,
  type Program,
  PROGRAMS,
  type Target,
  TARGETS,
} from "./compile_target.ts";

/** Downloads included; a dead proxy must not keep a build waiting for hours. */
const COMPILE_LIMIT_MS = 5 * 60_000;
const RUN_LIMIT_MS = 20_000;

const ROOT = new URL("../", import.meta.url);

/** How both programs are compiled; docs/decisions/0004-permissions-and-compiling.md says why. */
export const COMPILE_FLAGS: readonly string[] = [
  "-q",
  "--allow-all",
  "--no-prompt",
  "--no-code-cache",
  // What only tests and scripts import is in the lock file too.
  ...(leavesOutUnused() ? ["--exclude-unused-npm"] : []),
  // Many idle connections: a heap that grows slowly is worth more than the last percent of speed.
  "--v8-flags=--max-semi-space-size=2,--heap-growing-percent=15",
];

/** What became of one program for one target. */
export type Outcome =
  | { readonly kind: "made"; readonly path: string; readonly bytes: number }
  | { readonly kind: "notMade"; readonly reason: string };

/** What the command line asks for. */
interface Order {
  readonly targets: readonly Target[];
  readonly output: string;
}

/** Whether this Deno can; an older one puts every package of the lock file into each program. */
function leavesOutUnused(): boolean {
  const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
  return major > 2 || major === 2 && minor >= 9;
}

async function main(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  await Deno.mkdir(order.output, { recursive: true });
  let status = 0;
  for (const target of order.targets) {
    for (const program of PROGRAMS) {
      const outcome = await make(program, target, order.output);
      switch (outcome.kind) {
        case "made":
          console.log(`made ${outcome.path} (${(outcome.bytes / 1e6).toFixed(0)} MB)`);
          break;
        case "notMade":
          console.error(`Cannot make ${binaryName(program, target)}: ${outcome.reason}`);
          status = 1;
      }
      // The other program would fail for the same reason, after the same wait.
      if (outcome.kind === "notMade") break;
    }
  }
  return status;
}

function readOrder(args: readonly string[]): Order {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: "boolean", default: false },
      target: { type: "string", multiple: true, default: [] },
      output: { type: "string", default: "dist" },
    },
  });
  const unknown = values.target.find((name) => !isTarget(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot compile for "${unknown}": the targets are ${TARGETS.join(", ")}`);
  }
  const named = values.target.filter(isTarget);
  if (values.host) return { targets: [hostTarget()], output: values.output };
  return { targets: named.length > 0 ? named : TARGETS, output: values.output };
}

/** This machine as one of the targets. @throws {TypeError} it is none */
export function hostTarget(): Target {
  if (isTarget(Deno.build.target)) return Deno.build.target;
  throw new TypeError(`Cannot compile for this machine: ${Deno.build.target} is not a target`);
}

function make(program: Program, target: Target, output: string): Promise<Outcome> {
  const path = `${output}/${binaryName(program, target)}`;
  return compileProgram({ entry: `${program}.ts`, target, path, folder: ROOT, flags: [], env: {} });
}

/** What is compiled, for which machine, into which file. */
export interface ProgramOrder {
  /** The source that is started, seen from `folder`. */
  readonly entry: string;
  readonly target: Target;
  readonly path: string;
  /** Where the sources are. */
  readonly folder: URL | string;
  /** Further flags of `deno compile`. */
  readonly flags: readonly string[];
  /** `DENORT_BIN` names another runtime than the one in Deno's cache, `DENO_DIR` another cache. */
  readonly env: Readonly<Record<string, string>>;
}

/** Compiles one program and, if it is one for this machine, tries it. */
export async function compileProgram(order: ProgramOrder): Promise<Outcome> {
  const { entry, target, path, folder, flags, env } = order;
  // What an earlier build left must never pass for the result of this one.
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const compiled = await run(
    Deno.execPath(),
    [
      "compile",
      ...COMPILE_FLAGS,
      ...flags,
      `--target=${target}`,
      `--output=${path}`,
      entry,
      `${BUILT_FROM}${await commit()}`,
    ],
    COMPILE_LIMIT_MS,
    { folder, env },
  );
  if (!compiled.success) {
    const reason = await hasDenort(target) ? compiled.said : noDenort(target, compiled.said);
    return { kind: "notMade", reason };
  }
  if (target === Deno.build.target) {
    const started = await run(await Deno.realPath(path), ["--version"], RUN_LIMIT_MS);
    const name = basename(path).split("-")[0];
    if (!started.success || !started.said.startsWith(`${name} `)) {
      await Deno.remove(path);
      return { kind: "notMade", reason: `what was compiled does not run: ${started.said}` };
    }
  }
  return { kind: "made", path, bytes: (await Deno.stat(path)).size };
}

/** What the sources are, as the programs say it; `unknown` where they are no clone of git. */
async function commit(): Promise<string> {
  const git = (...args: readonly string[]) =>
    run("git", args, RUN_LIMIT_MS).catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return { success: false, said: "" };
      throw error;
    });
  const { success, said } = await git("rev-parse", "--short=12", "HEAD");
  if (!success) return "unknown";
  const changed = await git("diff", "--quiet", "HEAD");
  return changed.success ? said : `${said}-changed`;
}

/** Runs a program to its end and returns what it said: its output if all is well, else its errors. */
async function run(
  program: string,
  args: readonly string[],
  limitMs: number,
  { folder, env }: Pick<ProgramOrder, "folder" | "env"> = { folder: ROOT, env: {} },
): Promise<{ readonly success: boolean; readonly said: string }> {
  const signal = AbortSignal.timeout(limitMs);
  const command = new Deno.Command(program, {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0", ...env },
    stdin: "null",
    signal,
  });
  const { success, code, stdout, stderr } = await command.output();
  if (signal.aborted) return { success: false, said: `no result within ${limitMs / 1000} s` };
  const said = new TextDecoder().decode(success ? stdout : stderr).trim();
  return { success, said: said || `nothing (exit status ${code})` };
}

function noDenort(target: Target, said: string): string {
  return `its runtime (denort ${Deno.version.deno} for ${target}) is not in Deno's cache and has ` +
    `to be downloaded, but deno compile said:\n${said}`;
}

/** Tells whether the runtime that `deno compile` needs for `target` is on this machine already. */
export async function hasDenort(target: Target): Promise<boolean> {
  try {
    await Deno.stat(await cachedDenort(target));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Where the runtime for `target` is, or would be: a zip archive in Deno's cache. */
export async function cachedDenort(target: Target): Promise<string> {
  return denortPath(await denoCache(), Deno.version.deno, target);
}

/** The folder of Deno's cache. */
export async function denoCache(): Promise<string> {
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(info.stdout));
  return denoDir;
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
