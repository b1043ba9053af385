import type { CnaptState } from "../../core/handshake/cnapt_transitions.ts";
import type { StreamBytes } from "../../core/decision/stream_load.ts";
import type { CnaptSession } from "../../core/session/cnapt/cnapt_session.ts";
import { seenState } from "./seen_state.ts";

/** The path of a site at one moment, as notices look at it. */
export interface SitePath {
  /** Another object for another session; nothing is in it for others. */
  readonly session: object;
  readonly state: CnaptState;
  readonly roundTripMs: number | null;
  /** Payload of each stream that arrived at its end, in both directions, in bytes. */
  readonly movedBytes: ReadonlyMap<number, number>;
}

/** What each stream has moved so far in each direction, by its number, as the decision looks at it. */
export function streamBytes({ streams }: Pick<CnaptSession, "streams">): Map<number, StreamBytes> {
  const moved = new Map<number, StreamBytes>();
  for (const { id, ring, cursor } of streams.values()) {
    moved.set(id, { up: ring.acked, down: cursor.delivered });
  }
  return moved;
}

export function sitePath(session: CnaptSession): SitePath {
  const { roundTripMs, streams } = session;
  const movedBytes = new Map<number, number>();
  for (const { id, ring, cursor } of streams.values()) {
    movedBytes.set(id, ring.acked + cursor.delivered);
  }
  return { session, state: seenState(session), roundTripMs, movedBytes };
}
