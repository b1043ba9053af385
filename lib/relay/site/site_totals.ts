import { CompressionTotals } from "../stream/compression/compression_totals.ts";
import { StreamTraffic } from "../stream/stream_traffic.ts";
import { SwitchTotals } from "./switch_totals.ts";

/** What is added up for a site as long as the program runs, across its sessions. */
export class SiteTotals {
  readonly packing = new CompressionTotals();
  readonly traffic = new StreamTraffic();
  readonly switches = new SwitchTotals();
}
