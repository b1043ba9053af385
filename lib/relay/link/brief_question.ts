import type { Clock } from "../run/clock.ts";
import { withinLimit } from "../run/time_limit.ts";
import type { Link } from "./link.ts";

/** Whoever is there answers within this, or within some round trips where those are longer. */
const ANSWER_LIMIT_MS = 1_000;
const ROUND_TRIPS = 4;

/**
 * Asks on a parked link, but not for ever: a network on the way may have forgotten it, and nobody would
 * ever say so. The round trip in ms; null: no answer, and whoever has the link closes it.
 */
export async function askBriefly(
  link: Link,
  clock: Clock,
  signal: AbortSignal,
): Promise<number | null> {
  const ms = Math.max(ANSWER_LIMIT_MS, ROUND_TRIPS * (link.roundTripMs ?? 0));
  return await withinLimit({ clock, ms, signal }, (limited) => link.ask(limited));
}
