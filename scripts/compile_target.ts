/** The machines for which the programs are made, as `deno compile --target` calls them. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-pc-windows-msvc",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
] as const;

/** One of the machines of `TARGETS`. */
export type Target = typeof TARGETS[number];

/** The two programs. */
export const PROGRAMS = ["cnapt", "snapt"] as const;

/** One of the two programs. */
export type Program = typeof PROGRAMS[number];

/** Tells whether `name` is one of `TARGETS`. */
export function isTarget(name: string): name is Target {
  return TARGETS.some((target) => target === name);
}

/**
 * The name of a compiled program inside dist/, for example `cnapt-x86_64-unknown-linux-gnu`; with
 * `.exe` on Windows, which would not start it otherwise.
 */
export function binaryName(program: Program, target: Target): string {
  return `${program}-${target}${target.includes("windows") ? ".exe" : ""}`;
}

/** Where `deno compile` keeps the bare runtime of a target, below Deno's cache folder. */
export function denortPath(denoDir: string, denoVersion: string, target: Target): string {
  return `${denoDir}/dl/release/v${denoVersion}/denort-${target}.zip`;
}
