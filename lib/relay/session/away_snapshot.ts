import type { SessionFacts } from "../../core/session/session_facts.ts";
import type { ControlLink } from "./control_link.ts";

/** A session without a network, as the status of both sides shows it. */
export interface AwaySnapshot {
  /** Times as ISO 8601 has them. */
  readonly since: string;
  /** Until when both ends keep it, unless SNAPT needs the room. */
  readonly until: string;
  /** How many connections wait in it. */
  readonly streams: number;
  /** How many bytes of theirs the peer has yet to confirm. */
  readonly waitingBytes: number;
}

type Waiting = Pick<SessionFacts<unknown>, "streams" | "keptUntil" | "peerKeepsMs">;

/** Whether the session has no network, and is kept for one. */
export function isAway(
  { absence }: Pick<ControlLink, "absence">,
  { keptUntil }: Pick<Waiting, "keptUntil">,
): boolean {
  return absence !== null && keptUntil !== Infinity;
}

/** Null while the session has a network, or is not kept for one. */
export function awaySnapshot(
  { absence, clock }: Pick<ControlLink, "absence" | "clock">,
  session: Waiting,
): AwaySnapshot | null {
  if (absence === null || !isAway({ absence }, session)) return null;
  const ownUntil = clock.date().getTime() + session.keptUntil - clock.now();
  const until = Math.min(ownUntil, absence.since.getTime() + session.peerKeepsMs);
  let waitingBytes = 0;
  for (const { ring } of session.streams.values()) waitingBytes += ring.end - ring.acked;
  return {
    since: absence.since.toISOString(),
    until: new Date(until).toISOString(),
    streams: session.streams.size,
    waitingBytes,
  };
}
