/**
 * The form that both handshake tables have, and the one place where an illegal event is noticed.
 *
 * A table maps state and event to the next state, the actions to carry out in order, and the
 * numbered steps of the patent that this row realises. A row whose event is deliberately without
 * consequence says why in `ignored`. What is not in the table cannot happen between two correct
 * peers.
 */
export interface Row<State extends string, Action extends string> {
  readonly next: State;
  readonly actions: readonly Action[];
  /** Steps of the patent, `C2` for [CNAPT-2], `S11*` for [SNAPT-11*]. */
  readonly steps?: readonly string[];
  /** Why the event is of no consequence in this state. */
  readonly ignored?: string;
}

export type Table<State extends string, Event extends string, Action extends string> = {
  readonly [S in State]: { readonly [E in Event]?: Row<State, Action> };
};

/** An event for which the current state has no row. */
export class IllegalEvent extends Error {
  override readonly name = "IllegalEvent";
  readonly role: string;
  readonly state: string;
  readonly event: string;

  constructor(role: string, state: string, event: string) {
    super(`Cannot take ${event}: ${role} is ${state}`);
    this.role = role;
    this.state = state;
    this.event = event;
  }
}

/**
 * Looks up what `event` leads to in `state`.
 *
 * @throws {IllegalEvent} the table has no such row
 */
export function transition<State extends string, Event extends string, Action extends string>(
  role: string,
  table: Table<State, Event, Action>,
  state: State,
  event: Event,
): Row<State, Action> {
  const row = table[state][event];
  if (row === undefined) throw new IllegalEvent(role, state, event);
  return row;
}

/** Whether `event` is of consequence in `state`: there is a row for it that is not ignored. */
export function takes<State extends string, Event extends string, Action extends string>(
  table: Table<State, Event, Action>,
  state: State,
  event: Event,
): boolean {
  const row = table[state][event];
  return row !== undefined && row.ignored === undefined;
}
