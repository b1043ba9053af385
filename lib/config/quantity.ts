import { shownValue } from "./shown_value.ts";

const MS: ReadonlyMap<string, number> = new Map(Object.entries({
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}));
const BYTES: ReadonlyMap<string, number> = new Map(Object.entries({
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  TB: 1_000_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
}));

/**
 * Reads a time such as `200ms`, `30s`, `10m`, `12h`, as milliseconds.
 *
 * @throws {TypeError} there is no unit, or none that is known
 */
export function parseDurationMs(value: unknown): number {
  return parse(value, MS, "a time", "200ms, 30s, 10m or 12h");
}

/**
 * Reads a size such as `64KiB` or `4MiB`, as bytes.
 *
 * @throws {TypeError} there is no unit, or none that is known
 */
export function parseBytes(value: unknown): number {
  return parse(value, BYTES, "a size", "64KiB, 4MiB or 1GiB");
}

function parse(
  value: unknown,
  units: ReadonlyMap<string, number>,
  what: string,
  examples: string,
): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(
    typeof value === "string" ? value.trim() : "",
  );
  const unit = match === null ? undefined : units.get(match[2] ?? "");
  if (match === null || unit === undefined) {
    throw new TypeError(
      `${shownValue(value)} is not ${what}: write it with its unit, ${examples}`,
    );
  }
  return Math.round(Number(match[1]) * unit);
}
