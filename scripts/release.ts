/**
 * `deno task release [--host | --target T…] [--output DIR] [--homepage URL] [--trial]`:
 * makes what is published; with `--trial` also where nobody is named who publishes it. `--collect` makes, from the archives that are in DIR already, what needs all of them:
 * SHA256SUMS, SBOM, install.sh, and the files for Homebrew and winget. docs/releasing.md has the
 * order in which it is used.
 */
import { parseArgs } from "node:util";
import { VERSION } from "../lib/app/program/version.ts";
import { hostTarget } from "./compile.ts";
import { isTarget, type Target, TARGETS } from "./compile_target.ts";
import { collect } from "./release/collect.ts";
import { extras } from "./release/extras.ts";
import { makeArchives } from "./release/make_archives.ts";
import { filledProject, PROJECT } from "./release/project.ts";
import type { Release } from "./release/release_target.ts";

const ROOT = new URL("../", import.meta.url);

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: "boolean", default: false },
      target: { type: "string", multiple: true, default: [] },
      output: { type: "string", default: "dist/release" },
      homepage: { type: "string", default: PROJECT.homepage },
      collect: { type: "boolean", default: false },
      trial: { type: "boolean", default: false },
    },
  });
  const unknown = values.target.find((name) => !isTarget(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot release for "${unknown}": the targets are ${TARGETS.join(", ")}`);
  }
  const release: Release = {
    version: VERSION,
    seconds: await sourceSeconds(),
    ...filledProject(
      { ...PROJECT, homepage: values.homepage.replace(/\/$/, "") },
      values.trial,
    ),
  };
  await Deno.mkdir(values.output, { recursive: true });
  let status = 0;
  if (!values.collect) {
    const files = await extras();
    for (const target of chosenTargets(values.host, values.target)) {
      if (!await makeArchives(target, files, release, values.output)) status = 1;
    }
  }
  await collect(release, values.output);
  return status;
}

function chosenTargets(host: boolean, named: readonly string[]): readonly Target[] {
  if (host) return [hostTarget()];
  return named.length > 0 ? named.filter(isTarget) : TARGETS;
}

/** SOURCE_DATE_EPOCH, else when the last commit was made, so that a second build is the same. */
async function sourceSeconds(): Promise<number> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH") ?? await commitTime();
  if (!/^\d{1,10}$/.test(given)) {
    throw new TypeError(
      `Cannot date the release: "${given}" is no time in seconds; set SOURCE_DATE_EPOCH`,
    );
  }
  return Number(given);
}

async function commitTime(): Promise<string> {
  const { stdout } = await new Deno.Command("git", {
    args: ["log", "-1", "--format=%ct"],
    cwd: ROOT,
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
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
