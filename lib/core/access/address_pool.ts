import { formatIpAddress } from "./ip_address.ts";
import type { SourceRange } from "./source_list.ts";

/** Ranges of fewer addresses have no first and last one that mean something else. */
const SMALLEST_NETWORK = 4n;
/** A pool is not searched further than that: nobody has so many CNAPTs. */
const MOST_TRIED = 100_000n;

/**
 * The first address of the pool that is not `taken`; null when there is none. The first and the
 * last of a range of IPv4 are left out: they stand for the network and for all of it.
 */
export function freeAddress(
  pool: readonly SourceRange[],
  taken: ReadonlySet<string>,
): string | null {
  for (const { family, first, last } of pool) {
    const isNetwork = last - first + 1n >= SMALLEST_NETWORK;
    const from = isNetwork ? first + 1n : first;
    const to = isNetwork && family === 4 ? last - 1n : last;
    for (let value = from; value <= to && value - from < MOST_TRIED; value++) {
      const address = formatIpAddress({ family, value });
      if (!taken.has(address)) return address;
    }
  }
  return null;
}
