/** The file that a server gets as `snapt`: this program itself where it holds both, or the one beside. */
import { basename, dirname, join } from "node:path";
import { isSystemFailure, nullUnlessSystem } from "../../config/system_failure.ts";
import { missingProgram, type ProgramFile } from "../server_setup/server_plan.ts";
import {
  HEAD_BYTES,
  isSamePlatform,
  madeFor,
  ownPlatform,
  type Platform,
  platformName,
} from "../server_setup/server_program.ts";
import { UsageError } from "../program/usage_error.ts";

/** How this program was made. */
export interface OwnProgram {
  readonly execPath: string;
  readonly mainModule: string;
  readonly isCompiled: boolean;
  readonly platform: Platform;
}

/** This process. */
export function ownProgram(): OwnProgram {
  return {
    execPath: Deno.execPath(),
    mainModule: Deno.mainModule,
    isCompiled: Deno.build.standalone,
    platform: ownPlatform(Deno.build),
  };
}

/** The file, or why there is none. */
export interface FoundProgram {
  readonly program: ProgramFile | null;
  readonly missing: string;
}

/**
 * Finds the file for a server. `named`: what `--program` says.
 *
 * @throws {UsageError} the named file is not there, or is for another machine
 */
export async function serverProgramFile(
  platform: Platform | null,
  named: string | null,
  own: OwnProgram = ownProgram(),
): Promise<FoundProgram> {
  if (platform === null) return { program: null, missing: "" };
  if (named !== null) return { program: await namedFile(platform, named), missing: "" };
  const missing = (why: string) => ({ program: null, missing: missingProgram(platform, why) });
  if (!isSamePlatform(platform, own.platform)) {
    return missing(`this cnapt is for ${platformName(own.platform)}`);
  }
  if (!own.isCompiled) return missing("this cnapt runs from its sources");
  if (own.mainModule.endsWith("/either.ts")) {
    return { program: await fileAt(own.execPath), missing: "" };
  }
  const beside = join(
    dirname(own.execPath),
    basename(own.execPath).replace(/^(?:cnapt)?/, "snapt"),
  );
  const program = await fileAt(beside);
  return program === null ? missing(`there is no ${beside}`) : { program, missing: "" };
}

async function namedFile(platform: Platform, path: string): Promise<ProgramFile> {
  const program = await fileAt(path);
  if (program === null) throw new UsageError(`Cannot use --program ${path}: there is no such file`);
  const kind = await platformOfFile(path);
  if (kind === "any" || (kind !== null && isSamePlatform(kind, platform))) return program;
  const is = kind === null ? "another kind of machine" : platformName(kind);
  throw new UsageError(
    `Cannot use --program ${path}: it is for ${is}, and the server is ${platformName(platform)}`,
  );
}

async function platformOfFile(path: string): Promise<Platform | "any" | null> {
  try {
    using file = await Deno.open(path);
    const head = new Uint8Array(HEAD_BYTES);
    const count = await file.read(head);
    return madeFor(head.subarray(0, count ?? 0));
  } catch (cause) {
    if (!isSystemFailure(cause) || !(cause instanceof Error)) throw cause;
    throw new UsageError(`Cannot use --program ${path}: ${cause.message}`, { cause });
  }
}

async function fileAt(path: string): Promise<ProgramFile | null> {
  const found = await Deno.stat(path).catch(nullUnlessSystem);
  return found?.isFile === true ? { path, bytes: found.size } : null;
}
