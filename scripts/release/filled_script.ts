/** `scripts/install.sh` of a release: it knows its version and where the files are. */
import type { Release } from "./release_target.ts";

/** @throws {TypeError} there is nothing to fill in, or not what may stand in a script */
export function filledScript(script: string, { homepage, version }: Release): string {
  const values = { "@BASE@": `${homepage}/releases/download`, "@VERSION@": version };
  let filled = script;
  for (const [sign, value] of Object.entries(values)) {
    if (!/^[\w.:/~+-]+$/.test(value)) throw new TypeError(`Cannot put "${value}" into a script`);
    if (!filled.includes(`'${sign}'`)) throw new TypeError(`Cannot fill in ${sign}: it is missing`);
    filled = filled.replace(`'${sign}'`, `'${value}'`);
  }
  return filled;
}
