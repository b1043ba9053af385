/**
 * A CNAPT that is idle is heard once in its heartbeat, which is 5 s at most unless its
 * configuration says otherwise; after twice that something is in the way.
 */
export const UNUSUAL_SILENCE_MS = 10_000;
