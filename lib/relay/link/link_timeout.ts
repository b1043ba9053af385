/** A link that is not authenticated after that long is given up. */
export const LINK_TIMEOUT_MS = 8_000;
