/** Largest number of streams in one `heldStreams`; more are split. */
export const MAX_HELD = 1000;

/**
 * CNAPT: these streams get no link in this epoch, because their service may not go over the
 * provider. They live on, SNAPT does not wait for them, and a BIND of a later epoch brings them
 * back.
 */
export interface HeldStreams {
  readonly kind: "heldStreams";
  readonly epoch: number;
  readonly streams: readonly number[];
}
