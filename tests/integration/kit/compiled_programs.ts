import { fileURLToPath } from "node:url";
import { hasDenort } from "../../../scripts/compile.ts";
import { binaryName, isTarget } from "../../../scripts/compile_target.ts";
import type { Launch } from "./program.ts";

const HOST = Deno.build.target;
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Why the programs cannot be compiled here; null when they can. */
export async function whyNotCompiled(): Promise<string | null> {
  if (isTarget(HOST) && await hasDenort(HOST)) return null;
  return `no denort ${Deno.version.deno} for ${HOST} in Deno's cache`;
}

/** Compiles both programs into `folder`, as users have them. */
export async function compileInto(folder: string): Promise<Launch> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=scripts", "scripts/compile.ts", "--host", `--output=${folder}`],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0 || !isTarget(HOST)) {
    throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
  }
  return (name) => [`${folder}/${binaryName(name, HOST)}`];
}

/** The same programs, which may not have more than `limit` descriptors, whoever starts them. */
export function withDescriptors(limit: number, launch: Launch): Launch {
  return (name) => ["sh", "-c", `ulimit -n ${limit} && exec "$0" "$@"`, ...launch(name)];
}
