/** Bounds of a session; bytes and counts. */
export interface SessionLimits {
  readonly ringBytes: number;
  readonly sessionBytes: number;
  readonly streams: number;
}

const RECORD_BYTES = 1024 * 1024;
/** A stream makes a handful of messages between two acknowledgements. */
const RECORD_BYTES_OF_STREAM = 1024;

/** How much of its record of messages a session keeps for a peer that does not acknowledge them. */
export function recordLimitBytes({ streams }: Pick<SessionLimits, "streams">): number {
  return RECORD_BYTES + streams * RECORD_BYTES_OF_STREAM;
}
