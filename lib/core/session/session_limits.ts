/** Bounds of a session; bytes and counts. */
export interface SessionLimits {
  readonly ringBytes: number;
  readonly sessionBytes: number;
  readonly streams: number;
}
