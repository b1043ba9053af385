import type { CompressionSnapshot } from "../stream/compression/compression_counts.ts";
import type { ServedSessionSnapshot } from "./served_session_snapshot.ts";
import type { RefusedSnapshot } from "./refused_links.ts";
import type { SnaptCounters } from "./snapt_counters.ts";

/** SNAPT's server at one moment. */
export interface SnaptServerSnapshot {
  readonly sessions: readonly ServedSessionSnapshot[];
  readonly counters: Readonly<SnaptCounters>;
  /** Connections that were not let in, by the reason. */
  readonly refusals: readonly RefusedSnapshot[];
  /** How many connections have yet to prove a key. */
  readonly unproven: number;
  /** What the rings of all streams take. */
  readonly memoryBytes: number;
  /** What compression did for each service since the start. */
  readonly packing: Readonly<Record<string, CompressionSnapshot>>;
}
