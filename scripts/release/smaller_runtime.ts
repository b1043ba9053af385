/**
 * The runtime without its symbol tables, where that can be made: for Linux, by `strip` and `unzip`. The tables are a fifth of the program, and only a debugger reads them.
 */
import { cachedDenort } from "../compile.ts";
import type { Target } from "../compile_target.ts";

/** The file, or why there is none. */
export type SmallerRuntime =
  | { readonly kind: "made"; readonly path: string }
  | { readonly kind: "notMade"; readonly reason: string };

/** Puts it into `folder`. */
export async function smallerRuntime(target: Target, folder: string): Promise<SmallerRuntime> {
  // On macOS it would end the signature; on Windows there are no tables in the file.
  if (!target.includes("linux")) return { kind: "notMade", reason: "this is for Linux only" };
  const path = `${folder}/denort`;
  const zip = await cachedDenort(target);
  const unzipped = await failure("unzip", ["-q", "-o", zip, "-d", folder]);
  if (unzipped !== null) return { kind: "notMade", reason: unzipped };
  const failures: string[] = [];
  for (const strip of strips(target)) {
    const reason = await failure(strip, ["--strip-all", path]);
    if (reason === null) return { kind: "made", path };
    failures.push(reason);
  }
  return { kind: "notMade", reason: failures.join("; ") };
}

/** A machine's own `strip` knows its own programs; Debian has others, named after the target. */
function strips(target: Target): readonly string[] {
  const [processor] = target.split("-", 1);
  return target === Deno.build.target ? ["strip"] : [`${processor}-linux-gnu-strip`, "strip"];
}

async function failure(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { success, stderr } = await new Deno.Command(program, { args: [...args] }).output();
    return success ? null : `${program}: ${new TextDecoder().decode(stderr).trim()}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `${program} is not on this machine`;
    throw error;
  }
}
