import type { Surroundings } from "../../../../lib/app/places/surroundings.ts";

/** A machine that has these variables and these files. */
export function machine(
  variables: Readonly<Record<string, string>>,
  files: readonly string[] = [],
  os = "linux",
): Surroundings {
  return {
    os,
    variable: (name) => variables[name],
    isThere: (path) => Promise.resolve(files.includes(path)),
  };
}
