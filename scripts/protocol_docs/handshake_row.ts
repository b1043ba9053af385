import { CNAPT_TRANSITIONS } from "../../lib/core/handshake/cnapt_transitions.ts";
import { SNAPT_TRANSITIONS } from "../../lib/core/handshake/snapt_transitions.ts";
import type { Table } from "../../lib/core/handshake/transition.ts";

export type Role = "CNAPT" | "SNAPT";

/** One row of a handshake table with the state and the event it stands under. */
export interface HandshakeRow {
  readonly state: string;
  readonly event: string;
  readonly next: string;
  readonly actions: readonly string[];
  readonly steps: readonly string[];
  /** Why the event is of no consequence; undefined when it is of one. */
  readonly ignored: string | undefined;
}

const TABLES: Readonly<Record<Role, Table<string, string, string>>> = {
  CNAPT: CNAPT_TRANSITIONS,
  SNAPT: SNAPT_TRANSITIONS,
};

/** All rows of a role's table, in the order of the source. */
export function handshakeRows(role: Role): readonly HandshakeRow[] {
  return Object.entries(TABLES[role]).flatMap(([state, events]) =>
    Object.entries(events).flatMap(([event, row]) =>
      row === undefined ? [] : [{
        state,
        event,
        next: row.next,
        actions: row.actions,
        steps: row.steps ?? [],
        ignored: row.ignored,
      }]
    )
  );
}

/** The states of a role, in the order of its table. */
export function handshakeStates(role: Role): readonly string[] {
  return Object.keys(TABLES[role]);
}
