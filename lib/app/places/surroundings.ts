import { dirname } from "node:path";
import { CommandFailed } from "../program/usage_error.ts";

/** What the search for files depends on; tests make their own. */
export interface Surroundings {
  /** As `Deno.build.os` has it. */
  readonly os: string;
  /** A variable of the environment; undefined: it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** Also true of what this user is not allowed to look at: reading it says so. */
  readonly isThere: (path: string) => Promise<boolean>;
  /** Whether this user is allowed to read a file that is there. */
  readonly isReadable: (file: string) => Promise<boolean>;
  /** Whether this user can make files in a folder, or the folder itself where it is not there. */
  readonly isWritable: (folder: string) => Promise<boolean>;
  /** Null: this system has no such numbers. */
  readonly uid: number | null;
}

/** Those of this process. */
export const OWN_SURROUNDINGS: Surroundings = {
  os: Deno.build.os,
  variable: (name) => Deno.env.get(name),
  isThere,
  isReadable,
  isWritable,
  uid: Deno.uid(),
};

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) {
      return false;
    }
    if (cause instanceof Deno.errors.PermissionDenied) return true;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailed(`Cannot look for ${path}: ${detail}`, {
      cause,
      exit: "configuration",
    });
  }
}

async function isReadable(file: string): Promise<boolean> {
  try {
    (await Deno.open(file)).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return false;
    return true; // whoever reads it says what is wrong
  }
}

/** Asks without writing anything: whoever only looks leaves no trace. */
async function isWritable(folder: string): Promise<boolean> {
  // Windows says of every folder that it can be written.
  if (Deno.build.os === "windows") return true;
  // Only who keeps a configuration in a place of his own needs this module, which takes 50 ms.
  const { access, constants } = await import("node:fs/promises");
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, "code") : null;
    // The runtime looks at owner and mode only, which do not bind root.
    if (code === "EACCES" && Deno.uid() === 0) return true;
    if (code === "EACCES" || code === "EROFS" || code === "EPERM") return false;
    const above = dirname(folder);
    if (code === "ENOENT" && above !== folder) return await isWritable(above);
    throw error;
  }
}
