import { fieldOf } from "./list_file.ts";
import { parseBytes } from "./quantity.ts";

/**
 * What a SNAPT may have carried by a relay in a month, in bytes; null: as much as there is. Absent:
 * what the relay allows everybody.
 */
export interface MonthLimit {
  readonly monthBytes?: number | null;
}

/** Of something that was read. @throws {TypeError} it is no limit */
export function monthLimitIn(value: unknown): MonthLimit {
  const monthBytes = fieldOf(value, "monthBytes");
  if (monthBytes === undefined) return {};
  if (monthBytes === null) return { monthBytes };
  if (typeof monthBytes === "number" && Number.isSafeInteger(monthBytes) && monthBytes > 0) {
    return { monthBytes };
  }
  throw new TypeError("there is a monthBytes that is no number of bytes");
}

/** Reads `100GB`, or `none`. @throws {TypeError} it is neither */
export function parseMonthLimit(text: string): Required<MonthLimit> {
  if (text === "none") return { monthBytes: null };
  const monthBytes = parseBytes(text);
  if (monthBytes > 0 && Number.isSafeInteger(monthBytes)) return { monthBytes };
  throw new TypeError(`${text} is no limit: write it with its unit, 100GB or 2TB, or none`);
}
