import { IllegalEvent, type Table, transition } from "../../../../lib/core/handshake/transition.ts";
import { assertThrows } from "../../../assert.ts";

/** A table of either role. */
export type AnyTable = Table<string, string, string>;

/** A row with the state and the event it stands under. */
export interface PlacedRow {
  readonly state: string;
  readonly event: string;
  readonly next: string;
  readonly actions: readonly string[];
  readonly steps: readonly string[];
  readonly ignored: string | undefined;
}

export function rowsOf(table: AnyTable): readonly PlacedRow[] {
  return Object.entries(table).flatMap(([state, events]) =>
    Object.entries(events).flatMap(([event, row]) =>
      row === undefined
        ? []
        : [{ state, event, ...row, steps: row.steps ?? [], ignored: row.ignored }]
    )
  );
}

/** A row as a failed test shows it. */
export function named({ state, event, next }: PlacedRow): string {
  return `${state} + ${event} -> ${next}`;
}

/** The states from which some course of events leads to `goal`, itself included. */
export function statesThatReach(table: AnyTable, goal: string): ReadonlySet<string> {
  return closure(goal, rowsOf(table).map(({ state, next }) => [next, state]));
}

export function statesReachedFrom(table: AnyTable, start: string): ReadonlySet<string> {
  return closure(start, rowsOf(table).map(({ state, next }) => [state, next]));
}

/** Rows that do nothing without saying why, or that say why and yet do something. */
export function rowsThatHideSomething(table: AnyTable): readonly string[] {
  return rowsOf(table).filter((row) => {
    const isIdle = row.actions.length === 0 && row.next === row.state;
    return isIdle !== (row.ignored !== undefined) || row.ignored === "";
  }).map(named);
}

/** Rows that begin or continue a wait for Z, labelled with one of `waits`, and cannot time out. */
export function waitsWithoutTimeOut(table: AnyTable, waits: ReadonlySet<string>): string[] {
  return rowsOf(table).filter(({ next, steps }) =>
    next !== "connected" && steps.some((step) => waits.has(step)) &&
    table[next]?.switchTimedOut === undefined
  ).map(named);
}

/** Fails unless every event that the table does not have is turned down; returns how many. */
export function expectIllegalEventsThrow(role: string, table: AnyTable): number {
  const events = new Set(rowsOf(table).map(({ event }) => event));
  let count = 0;
  for (const [state, known] of Object.entries(table)) {
    for (const event of events) {
      if (known[event] !== undefined) continue;
      const part = `Cannot take ${event}: ${role} is ${state}`;
      assertThrows(() => transition(role, table, state, event), IllegalEvent, part);
      count += 1;
    }
  }
  return count;
}

function closure(start: string, arrows: readonly (readonly [string, string])[]) {
  const reached = new Set([start]);
  for (const state of reached) {
    for (const [from, to] of arrows) if (from === state) reached.add(to);
  }
  return reached;
}
