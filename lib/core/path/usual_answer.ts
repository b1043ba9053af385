import type { PathMeter } from "./path_meter.ts";

/** No acknowledgement is overdue before that, however quick the path is. */
const SHORTEST_MS = 500;
const QUIET_MS = 250;

/**
 * What an acknowledgement may take on a path, in ms: its round trip, what that varies by (as RFC 6298
 * reckons), and how long nothing may be heard besides.
 */
export function usualAnswerMs(
  { roundTripMs, jitterMs }: Pick<PathMeter, "roundTripMs" | "jitterMs">,
  quietMs: number = QUIET_MS,
): number {
  return Math.max(SHORTEST_MS, (roundTripMs ?? 0) + 4 * jitterMs + quietMs);
}
