/** How quickly silence on the current path is taken for its end; all in ms. */
export interface Sensitivity {
  /** Idle time after which a heartbeat is sent. */
  readonly heartbeatMs: number;
  /** How long an expected answer may be late, beside the round trip, before it is asked for. */
  readonly quietMs: number;
  /** Silence after the question that counts as the end when no other network answers either. */
  readonly deadAfterMs: number;
  /** The same when SNAPT answered over another network meanwhile. */
  readonly outvotedAfterMs: number;
}

/**
 * The named profiles. `fast` trades a little traffic and, on networks that stall now and then, an
 * unneeded switch for a shorter pause; `calm` waits out what a bad mobile network does by itself.
 */
export const SENSITIVITIES = {
  calm: { heartbeatMs: 5_000, quietMs: 1_000, deadAfterMs: 5_000, outvotedAfterMs: 2_000 },
  normal: { heartbeatMs: 2_000, quietMs: 250, deadAfterMs: 1_500, outvotedAfterMs: 300 },
  fast: { heartbeatMs: 500, quietMs: 50, deadAfterMs: 1_000, outvotedAfterMs: 80 },
} as const satisfies Readonly<Record<string, Sensitivity>>;

export type SensitivityName = keyof typeof SENSITIVITIES;
