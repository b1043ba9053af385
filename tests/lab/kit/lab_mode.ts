import { runCommand } from "./finished_command.ts";

/**
 * How the lab gets its network namespaces: in a user namespace of its own (`rootless`, any user may
 * do that on most machines) or directly (`root`).
 */
export type LabMode = "rootless" | "root";

/** Where Debian puts programs that are not on everybody's path. */
export const LAB_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/** Everything that making a lab needs, tried in a place that vanishes with the attempt. */
const ATTEMPT = `set -e
ip link set lo up
ip tuntap add dev lab0 mode tap
sysctl -qw net.ipv4.ip_forward=1
mount -t tmpfs none /mnt
mount -t devpts -o newinstance none /dev/pts`;

/** How a namespace is made in each mode. */
export const UNSHARE: Readonly<Record<LabMode, readonly string[]>> = {
  rootless: ["unshare", "--user", "--map-root-user", "--mount", "--net", "--"],
  root: ["unshare", "--mount", "--net", "--"],
};

const LIMIT_MS = 10_000;

/** What this machine lets this user do. */
export type LabAbility =
  | { readonly kind: "possible"; readonly modes: readonly LabMode[] }
  | { readonly kind: "impossible"; readonly reason: string };

let ability: Promise<LabAbility> | undefined;

/**
 * Tries, once per test run, which modes work here, the preferred one first. `LAB_MODE=root` or
 * `rootless` in the environment leaves only that one.
 */
export function findLabAbility(): Promise<LabAbility> {
  ability ??= tryModes();
  return ability;
}

async function tryModes(): Promise<LabAbility> {
  if (Deno.build.os !== "linux") return { kind: "impossible", reason: "needs Linux" };
  const wanted = Deno.env.get("LAB_MODE");
  const modes: LabMode[] = [];
  const reasons: string[] = [];
  for (const mode of ["rootless", "root"] as const) {
    if (wanted !== undefined && wanted !== mode) continue;
    const reason = await tryMode(mode);
    if (reason === null) modes.push(mode);
    else reasons.push(`${mode}: ${reason}`);
  }
  if (modes.length > 0) return { kind: "possible", modes };
  return { kind: "impossible", reason: reasons.join("; ") };
}

/** Returns why a mode does not work, or `null` when it does. */
async function tryMode(mode: LabMode): Promise<string | null> {
  try {
    await runCommand([...UNSHARE[mode], "sh", "-c", ATTEMPT], { limitMs: LIMIT_MS });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * For the `ignore` of a test: whether a lab can be made here and all of `programs` are installed.
 * When not, says so on standard error, loudly, once for each reason.
 */
export async function isLabMissing(programs: readonly string[] = []): Promise<boolean> {
  const found = await findLabAbility();
  if (found.kind === "impossible") {
    sayOnce(`no network namespaces for the lab (${found.reason})`);
    return true;
  }
  const missing: string[] = [];
  for (const program of programs) {
    if (await findProgram(program) === null) missing.push(program);
  }
  if (missing.length > 0) sayOnce(`not installed: ${missing.join(", ")}`);
  return missing.length > 0;
}

/** The path of an installed program, or `null`. */
export async function findProgram(name: string): Promise<string | null> {
  const versioned = [];
  try {
    for await (const entry of Deno.readDir("/usr/lib/postgresql")) {
      versioned.push(`/usr/lib/postgresql/${entry.name}/bin`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const directory of [...LAB_PATH.split(":"), ...versioned.sort().reverse()]) {
    try {
      if ((await Deno.stat(`${directory}/${name}`)).isFile) return `${directory}/${name}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

const said = new Set<string>();

function sayOnce(reason: string): void {
  if (said.has(reason)) return;
  said.add(reason);
  console.error(`\n*** SKIPPED lab tests: ${reason} ***\n`);
}
