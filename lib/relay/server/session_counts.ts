import { isAway } from "../session/away_snapshot.ts";

/** How many sessions there are; whoever only counts them is told no more. */
export interface SessionCounts {
  readonly connected: number;
  /** Without a network, and kept for one. */
  readonly away: number;
  /** UDP conversations of all of them. */
  readonly flows: number;
}

interface Counted {
  readonly controlLink: Parameters<typeof isAway>[0];
  readonly session: Parameters<typeof isAway>[1];
  readonly flows: { readonly count: number } | null;
}

export function sessionCounts(drivers: Iterable<Counted>): SessionCounts {
  const counts = { connected: 0, away: 0, flows: 0 };
  for (const { controlLink, session, flows } of drivers) {
    counts[isAway(controlLink, session) ? "away" : "connected"] += 1;
    counts.flows += flows?.count ?? 0;
  }
  return counts;
}
