import type { CnaptFlows } from "../datagram/cnapt_flows.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { SiteSnapshot } from "./site_snapshot.ts";

/** What the status shows of datagrams and of packing. */
export function carriedSnapshot(
  flows: CnaptFlows,
  packing: CompressionTotals,
): Pick<SiteSnapshot, "datagrams" | "flows" | "packing"> {
  return {
    datagrams: {
      way: flows.way,
      largestPayload: flows.largestPayload,
      dropped: flows.drops.snapshot(),
    },
    flows: flows.snapshot(),
    packing: packing.snapshot(),
  };
}
