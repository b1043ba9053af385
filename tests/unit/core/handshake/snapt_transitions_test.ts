import {
  SNAPT_STATES,
  SNAPT_TRANSITIONS,
  snaptTransition,
} from "../../../../lib/core/handshake/snapt_transitions.ts";
import { IllegalEvent } from "../../../../lib/core/handshake/transition.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import {
  type AnyTable,
  expectIllegalEventsThrow,
  named,
  rowsOf,
  rowsThatHideSomething,
  statesReachedFrom,
  statesThatReach,
  waitsWithoutTimeOut,
} from "./table_checks.ts";

const TABLE: AnyTable = SNAPT_TRANSITIONS;
const ALL = [...SNAPT_STATES].sort();

/** Steps in which the patent has SNAPT wait for at most Z, server services only. */
const WAITS = new Set(["S10", "S12", "S16", "S20", "S12*"]);

Deno.test("SNAPT's table has every state as a key and leads nowhere else", () => {
  assertEquals(Object.keys(TABLE).sort(), ALL);
  const known: ReadonlySet<string> = new Set(ALL);
  assertEquals(rowsOf(TABLE).filter(({ next }) => !known.has(next)).map(named), []);
});

Deno.test("SNAPT reaches every state from the start and closed from every state", () => {
  assertEquals([...statesReachedFrom(TABLE, "connected")].sort(), ALL);
  assertEquals([...statesThatReach(TABLE, "closed")].sort(), ALL);
});

Deno.test("SNAPT stays closed once it is closed", () => {
  assertEquals([...statesReachedFrom(TABLE, "closed")], ["closed"]);
});

Deno.test("SNAPT can time out wherever the patent has it wait for Z", () => {
  assertEquals(waitsWithoutTimeOut(TABLE, WAITS), []);
  const labels = new Set(rowsOf(TABLE).flatMap(({ steps }) => steps));
  assert([...WAITS].every((step) => labels.has(step)));
});

Deno.test("SNAPT can time out in every state but connected", () => {
  const without = ALL.filter((state) => TABLE[state]?.switchTimedOut === undefined);
  assertEquals(without, ["connected"]);
});

Deno.test("SNAPT takes SWITCH_UNEXPECTED in every state but closed", () => {
  const without = ALL.filter((state) => TABLE[state]?.unexpectedReceived === undefined);
  assertEquals(without, ["closed"]);
});

Deno.test("SNAPT's rows without consequence say why", () => {
  assertEquals(rowsThatHideSomething(TABLE), []);
});

Deno.test("SNAPT turns down every event that its state does not have", () => {
  assert(expectIllegalEventsThrow("SNAPT", TABLE) > 0);
  const error = assertThrows(() => snaptTransition("closed", "allRebound"), IllegalEvent);
  assertEquals([error.role, error.state, error.event], ["SNAPT", "closed", "allRebound"]);
});

Deno.test("SNAPT starts Z with every switch and stops it with every return", () => {
  const leaving = rowsOf(TABLE).filter((row) => row.state === "connected" && row.next !== "closed");
  const returning = rowsOf(TABLE).filter((row) => row.next === "connected");
  assert(leaving.length > 0 && returning.length > 0);
  assertEquals(leaving.filter((row) => !row.actions.includes("startSwitchTimer")).map(named), []);
  assertEquals(returning.filter((row) => !row.actions.includes("stopSwitchTimer")).map(named), []);
});

Deno.test("SNAPT ends the session on every way into closed", () => {
  const closing = rowsOf(TABLE).filter((row) => row.next === "closed" && row.state !== "closed");
  assertEquals(closing.filter((row) => row.actions.at(-1) !== "endSession").map(named), []);
});
