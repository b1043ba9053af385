import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { StreamTraffic } from "../stream/stream_traffic.ts";

/** What the shell around a session of either role works with. */
export interface SessionDriverContext {
  readonly packing: CompressionTotals;
  readonly traffic: StreamTraffic;
  /** Owns what the program or the site runs by itself; the session makes a group of its own in it. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}
