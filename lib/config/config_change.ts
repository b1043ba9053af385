/**
 * What a new text of a configuration changes in the one that a program runs with, setting by
 * setting, and what holds when only some of that can be changed while it runs.
 */

/** From the root of the file: `["services", "ssh", "to"]`. */
export type SettingPath = readonly string[];

/** Whether the program takes another value of this setting while it runs. */
export type CanChange = (path: SettingPath) => boolean;

/** What becomes of a running configuration; settings are said as in `services.ssh.to`. */
export interface ConfigChange<T> {
  /** What holds from now on. */
  readonly config: T;
  /** What changed, a line for each: `services.db: added`. */
  readonly applied: readonly string[];
  /** Settings that keep the value that they have until the program is started again. */
  readonly needsRestart: readonly string[];
}

type Said = "added" | "removed" | "changed";

/** What `wanted` makes of `running`; both were checked whole. */
export function changeOf<T>(running: T, wanted: T, canChange: CanChange): ConfigChange<T> {
  const [applied, needsRestart]: [string[], string[]] = [[], []];
  const decide = <V>(path: SettingPath, said: Said, before: V, after: V): V => {
    const isTaken = canChange(path);
    if (isTaken) applied.push(`${path.join(".")}: ${said}`);
    else needsRestart.push(path.join("."));
    return isTaken ? after : before;
  };

  const merge = (before: unknown, after: unknown, path: SettingPath): unknown => {
    if (before instanceof Map && after instanceof Map) return mergeEntries(before, after, path);
    if (isGroup(before) && isGroup(after) && !isOneValue(before) && !isOneValue(after)) {
      const names = new Set([...Object.keys(before), ...Object.keys(after)]);
      return Object.fromEntries(
        [...names].map((name) => [name, merge(before[name], after[name], [...path, name])]),
      );
    }
    return isSame(before, after) ? before : decide(path, "changed", before, after);
  };

  /** What users give names to: services, sites, CNAPTs; in the order of the new text. */
  const mergeEntries = (
    before: ReadonlyMap<string, unknown>,
    after: ReadonlyMap<string, unknown>,
    path: SettingPath,
  ): ReadonlyMap<string, unknown> => {
    const merged = new Map<string, unknown>();
    for (const [name, value] of after) {
      const own = [...path, name];
      const isNew = !before.has(name);
      const taken = isNew
        ? decide(own, "added", undefined, value)
        : merge(before.get(name), value, own);
      if (taken !== undefined) merged.set(name, taken);
    }
    for (const [name, value] of before) {
      if (after.has(name)) continue;
      if (decide([...path, name], "removed", value, undefined) !== undefined) {
        merged.set(name, value);
      }
    }
    return merged;
  };

  // The shape is that of `running`: each part is one of the two that are of this type.
  const config = merge(running, wanted, []) as T;
  return { config, applied, needsRestart };
}

/** Whether two values of settings say the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one instanceof Map && other instanceof Map) {
    return one.size === other.size &&
      [...one].every(([name, value]) => other.has(name) && isSame(value, other.get(name)));
  }
  if (one instanceof Uint8Array && other instanceof Uint8Array) {
    return one.length === other.length && one.every((byte, index) => byte === other[index]);
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
  }
  if (!isGroup(one) || !isGroup(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}

/** Of several parts here, and one value in the file: an address, a ticket, one of several kinds. */
function isOneValue(group: Readonly<Record<string, unknown>>): boolean {
  return ["host", "key", "kind"].some((field) => Object.hasOwn(group, field));
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}
