/** The list of what is inside the programs, in CycloneDX 1.5, from deno.lock. Pure. */

import type { Release } from "./release_target.ts";

/** The part of deno.lock that is read. */
interface Lock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly integrity: string;
  readonly dependencies?: readonly string[];
}

/** What tests and scripts import, and the programs do not. */
const DEVELOPMENT: ReadonlySet<string> = new Set([
  "ajv",
  "axe-core",
  "beautiful-mermaid",
  "marked",
  "minisearch",
  "playwright-core",
  "typescript",
]);

/**
 * One document for one release. Types for the compiler only (`@types/`) are not in the programs, and
 * neither is what only tests and scripts need.
 *
 * @param lockText the content of deno.lock
 * @throws {TypeError} a checksum in deno.lock is none
 */
export function sbom(lockText: string, release: Release, denoVersion: string): unknown {
  const { version, seconds } = release;
  const lock: Lock = JSON.parse(lockText);
  const self = `pkg:generic/cnapt@${version}`;
  const runtime = `pkg:github/denoland/deno@v${denoVersion}`;
  const direct = Object.entries(lock.specifiers)
    .filter(([specifier]) => isInPrograms(npmName(specifier)))
    .map(([specifier, found]) => `${npmName(specifier)}@${found}`)
    .filter((name) => lock.npm[name] !== undefined);
  const names = reachedFrom(direct, lock);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      timestamp: new Date(seconds * 1000).toISOString(),
      component: {
        type: "application",
        "bom-ref": self,
        name: "cnapt",
        version,
        licenses: [{ license: { id: "MIT" } }],
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": runtime,
        name: "deno",
        version: denoVersion,
        purl: runtime,
        licenses: [{ license: { id: "MIT" } }],
      },
      ...names.map((name) => component(name, lock.npm[name])),
    ],
    dependencies: [
      { ref: self, dependsOn: [runtime, ...direct.map(purl).sort()] },
      { ref: runtime, dependsOn: [] },
      ...names.map((name) => ({
        ref: purl(name),
        dependsOn: (lock.npm[name]?.dependencies ?? [])
          .map((one) => resolved(one, names)).filter((one) => one !== null).map(purl).sort(),
      })),
    ],
  };
}

function isInPrograms(name: string): boolean {
  return !name.startsWith("@types/") && !DEVELOPMENT.has(name);
}

/** The packages and all that they depend on, sorted. */
function reachedFrom(direct: readonly string[], lock: Lock): readonly string[] {
  const names = Object.keys(lock.npm);
  const reached = new Set(direct);
  // Grows while it is walked through.
  for (const name of reached) {
    for (const one of lock.npm[name]?.dependencies ?? []) {
      const found = resolved(one, names);
      if (found !== null) reached.add(found);
    }
  }
  return [...reached].sort();
}

function component(name: string, locked: LockedPackage | undefined): unknown {
  const { group, plain, version } = parts(name);
  return {
    type: "library",
    "bom-ref": purl(name),
    ...(group === "" ? {} : { group }),
    name: plain,
    version,
    purl: purl(name),
    hashes: [{ alg: "SHA-512", content: inHex(name, locked?.integrity ?? "") }],
  };
}

/** `sha512-BASE64` of npm as CycloneDX writes it. */
function inHex(name: string, integrity: string): string {
  const [algorithm, base64 = ""] = integrity.split("-", 2);
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (algorithm !== "sha512" || bytes.length !== 64) {
    throw new TypeError(`Cannot list ${name}: deno.lock has no SHA-512 of it`);
  }
  return bytes.toHex();
}

/** The package that a dependency names: with its version where there are several of them. */
function resolved(dependency: string, names: readonly string[]): string | null {
  if (names.includes(dependency)) return dependency;
  return names.find((name) => name.startsWith(`${dependency}@`)) ?? null;
}

function npmName(specifier: string): string {
  const name = specifier.replace(/^npm:/, "");
  return name.slice(0, name.lastIndexOf("@"));
}

function parts(name: string): { group: string; plain: string; version: string } {
  const at = name.lastIndexOf("@");
  const whole = name.slice(0, at).split("/");
  // What follows `_` is which peers a package was resolved with.
  const version = name.slice(at + 1).split("_")[0] ?? "";
  return { group: whole.length > 1 ? whole[0] ?? "" : "", plain: whole.at(-1) ?? "", version };
}

function purl(name: string): string {
  const { group, plain, version } = parts(name);
  return `pkg:npm/${group === "" ? "" : `${group.replace("@", "%40")}/`}${plain}@${version}`;
}
