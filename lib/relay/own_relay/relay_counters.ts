/** Why a connection was closed before it was for anybody. */
export type StrangerRefusal =
  /** It asked for a name that leads nowhere. */
  | "unknownName"
  /** It said what nobody says here, or left before it had said enough. */
  | "malformed"
  /** It came as a SNAPT and has not proven a key that is let in. */
  | "unproven"
  | "timedOut"
  /** It made room for another. */
  | "crowdedOut"
  /** Its source had failed too often. */
  | "blocked";

/** What a relay has counted since it was started. */
export interface RelayCounters {
  accepted: number;
  readonly refused: Record<StrangerRefusal, number>;
}

export function noRelayCounts(): RelayCounters {
  return {
    accepted: 0,
    refused: { unknownName: 0, malformed: 0, unproven: 0, timedOut: 0, crowdedOut: 0, blocked: 0 },
  };
}
