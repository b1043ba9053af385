import { CommandFailed } from "../program/usage_error.ts";

/** What the search for files depends on; tests make their own. */
export interface Surroundings {
  /** As `Deno.build.os` has it. */
  readonly os: string;
  /** A variable of the environment; undefined: it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** Also true of what this user is not allowed to look at: reading it says so. */
  readonly isThere: (path: string) => Promise<boolean>;
}

/** Those of this process. */
export const OWN_SURROUNDINGS: Surroundings = {
  os: Deno.build.os,
  variable: (name) => Deno.env.get(name),
  isThere,
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
