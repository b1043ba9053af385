import type { Surroundings } from "../../../../lib/app/places/surroundings.ts";

/**
 * A machine that has these variables and these files; folders named in `sealed` cannot be
 * written, files in `closed` not read.
 */
export function machine(
  variables: Readonly<Record<string, string>>,
  files: readonly string[] = [],
  os = "linux",
  { uid = 1000, sealed = [], closed = [] }: {
    readonly uid?: number;
    readonly sealed?: readonly string[];
    readonly closed?: readonly string[];
  } = {},
): Surroundings {
  return {
    os,
    variable: (name) => variables[name],
    isThere: (path) => Promise.resolve(files.includes(path)),
    isReadable: (file) => Promise.resolve(!closed.includes(file)),
    isWritable: (folder) => Promise.resolve(!sealed.includes(folder)),
    uid,
  };
}
