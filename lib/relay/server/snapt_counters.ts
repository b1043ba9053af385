/** What happened since the start, for status and metrics. */
export interface SnaptCounters {
  accepted: number;
  authenticated: number;
  turnedAway: number;
  malformed: number;
  refused: number;
  timedOut: number;
  sessions: number;
  /** Parked links on which nobody answered any more. */
  silentLinks: number;
  /** Parked links that had to make room for newer ones. */
  crowdedOut: number;
}

export function noSnaptCounts(): SnaptCounters {
  return {
    accepted: 0,
    authenticated: 0,
    turnedAway: 0,
    malformed: 0,
    refused: 0,
    timedOut: 0,
    sessions: 0,
    silentLinks: 0,
    crowdedOut: 0,
  };
}
