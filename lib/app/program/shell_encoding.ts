/**
 * Whether a shell takes more than ASCII. Only one that says something else is believed: where nothing
 * is said, as in containers, terminals show UTF-8 all the same.
 */

/**
 * What the environment of a shell says that it is set to; null: UTF-8, or nothing. `variable` looks
 * into the environment, in the order in which programs do (POSIX, section 8.2).
 */
export function foreignEncoding(variable: (name: string) => string | undefined): string | null {
  for (const name of ["LC_ALL", "LC_CTYPE", "LANG"]) {
    const value = variable(name) ?? "";
    if (value === "") continue;
    return /utf-?8/i.test(value) ? null : `${name}=${value}`;
  }
  return null;
}
