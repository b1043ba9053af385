/** A small release to pack: the program is a line for a shell. */
import { packagedUnit } from "../../../../lib/app/service/packaged_unit.ts";
import type { Extras } from "../../../../scripts/release/archive_files.ts";
import type { Release } from "../../../../scripts/release/release_target.ts";

export const RELEASE: Release = {
  version: "1.2.3",
  seconds: 1_800_000_001,
  homepage: "https://example.org/cnapt",
  maintainer: "Somebody <somebody@cnapt.invalid>",
  wingetId: "Somebody.Cnapt",
};

export const PROGRAM: Uint8Array = new TextEncoder().encode(
  `#!/bin/sh\necho "$(basename "$0") 1.2.3 $*"\n`,
);

export const EXTRAS: Extras = {
  license: "MIT License\n\nCopyright (c) 2026 Somebody\n\nPermission is granted\n\nto all\n",
  readme: "# Read me\n",
  man: new Map([["cnapt.1", ".Dd\n"], ["snapt.yaml.5", ".Dd\n"]]),
  completions: new Map([["bash/cnapt", "complete cnapt\n"], ["zsh/_snapt", "#compdef snapt\n"]]),
  schemas: new Map([["notice.1.schema.json", "{}\n"]]),
  unit: packagedUnit(),
};

/** What a program of the machine says. @throws {Error} it ends with another status than 0 */
export async function said(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { LC_ALL: "C", TZ: "UTC", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${text(stderr)}${text(stdout)}`);
  return text(stdout);
}
