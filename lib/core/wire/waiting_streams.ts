/** Largest number of streams in one `waitingStreams`; more are split. */
export const MAX_WAITING_STREAMS = 1000;

/**
 * CNAPT: these streams get no link in this epoch, because their service is not allowed over the
 * provider. They live on, SNAPT does not wait for them, and a BIND of a later epoch brings them
 * back.
 */
export interface WaitingStreams {
  readonly kind: "waitingStreams";
  readonly epoch: number;
  readonly streams: readonly number[];
}
