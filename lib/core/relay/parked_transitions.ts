/**
 * What becomes of one parked connection at the relay, as one table: asked for, parked, joined to a
 * caller, over.
 */
import { type Row, type Table, transition } from "../handshake/transition.ts";

export type ParkedState = "asked" | "parked" | "joined" | "over";

export type ParkedEvent =
  /** SNAPT has dialled it. */
  | "arrived"
  /** It has not, for too long. */
  | "overdue"
  /** A caller gets it. */
  | "taken"
  /** It ended, or something came on it, before a caller had it. */
  | "lost"
  /** What it carried is over. */
  | "ended"
  /** The control connection is gone. */
  | "detached"
  /** SNAPT is let in no longer. */
  | "revoked"
  /** Its month is used up. */
  | "spent";

export type ParkedAction = "join" | "close";

type ParkedRow = Row<ParkedState, ParkedAction>;

const over: ParkedRow = { next: "over", actions: [] };
const closed: ParkedRow = { next: "over", actions: ["close"] };
const late = (why: string): ParkedRow => ({ next: "over", actions: [], ignored: why });
const isOver = late("it was closed at this end");

export const PARKED_TRANSITIONS = {
  asked: {
    arrived: { next: "parked", actions: [] },
    overdue: over,
    detached: over,
    revoked: over,
    spent: over,
  },
  parked: {
    taken: { next: "joined", actions: ["join"] },
    lost: closed,
    detached: closed,
    revoked: closed,
    spent: closed,
  },
  joined: {
    ended: over,
    detached: {
      next: "joined",
      actions: [],
      ignored: "what is joined needs no control connection, and SNAPT may only have moved",
    },
    revoked: closed,
    spent: closed,
  },
  over: {
    arrived: { next: "over", actions: ["close"] },
    lost: isOver,
    ended: isOver,
    detached: isOver,
    revoked: isOver,
    spent: isOver,
  },
} as const satisfies Table<ParkedState, ParkedEvent, ParkedAction>;

const TABLE: Table<ParkedState, ParkedEvent, ParkedAction> = PARKED_TRANSITIONS;

/** @throws {IllegalEvent} it cannot happen in this state */
export function parkedTransition(state: ParkedState, event: ParkedEvent): ParkedRow {
  return transition("parked connection", TABLE, state, event);
}
