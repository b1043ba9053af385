import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { ToldRow } from "./provider_rows.ts";

/**
 * The rows that count at this moment. A VPN that nobody named leads over one of the other networks,
 * perhaps over a connection of ours: it is a network of its own only where nothing else is there, or
 * `isNeeded`, because nothing else has led to SNAPT. One that is used (`inUse`) is not taken away.
 */
export function countedRows(
  rows: readonly ToldRow[],
  { isNeeded, inUse }: { readonly isNeeded: () => boolean; readonly inUse: ProviderKey | null },
): readonly ToldRow[] {
  if (rows.every(isOrdinary)) return rows;
  if (!hasOrdinary(rows) || isNeeded()) return rows;
  return rows.filter((one) => isOrdinary(one) || one.row.candidate.key === inUse);
}

/** Whether a network is there that is more than a last resort. */
export function hasOrdinary(rows: readonly ToldRow[]): boolean {
  return rows.some((one) => isOrdinary(one) && one.row.provider !== null);
}

function isOrdinary({ standing }: ToldRow): boolean {
  return standing === "ordinary";
}
