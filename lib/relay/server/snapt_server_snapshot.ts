import type { CompressionSnapshot } from "../stream/compression/compression_counts.ts";
import type { ServedSessionSnapshot } from "./served_session_snapshot.ts";
import type { SnaptCounters } from "./snapt_counters.ts";

/** SNAPT's server at one moment. */
export interface SnaptServerSnapshot {
  readonly sessions: readonly ServedSessionSnapshot[];
  readonly counters: Readonly<SnaptCounters>;
  /** What the rings of all streams take. */
  readonly memoryBytes: number;
  /** What compression did for each service since the start. */
  readonly packing: Readonly<Record<string, CompressionSnapshot>>;
}
