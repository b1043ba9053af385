import {
  CNAPT_STATES,
  CNAPT_TRANSITIONS,
  cnaptTransition,
} from "../../../../lib/core/handshake/cnapt_transitions.ts";
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

const TABLE: AnyTable = CNAPT_TRANSITIONS;
const ALL = [...CNAPT_STATES].sort();

/** Steps in which the patent has CNAPT wait for at most Z, server services only. */
const WAITS = new Set(["C11", "C13", "C14", "C19", "C33", "C21*"]);

Deno.test("CNAPT's table has every state as a key and leads nowhere else", () => {
  assertEquals(Object.keys(TABLE).sort(), ALL);
  const known: ReadonlySet<string> = new Set(ALL);
  assertEquals(rowsOf(TABLE).filter(({ next }) => !known.has(next)).map(named), []);
});

Deno.test("CNAPT reaches every state from the start and closed from every state", () => {
  assertEquals([...statesReachedFrom(TABLE, "idle")].sort(), ALL);
  assertEquals([...statesThatReach(TABLE, "closed")].sort(), ALL);
});

Deno.test("CNAPT stays closed once it is closed", () => {
  assertEquals([...statesReachedFrom(TABLE, "closed")], ["closed"]);
});

Deno.test("CNAPT can time out wherever the patent has it wait for Z", () => {
  assertEquals(waitsWithoutTimeOut(TABLE, WAITS), []);
  const labels = new Set(rowsOf(TABLE).flatMap(({ steps }) => steps));
  assert([...WAITS].every((step) => labels.has(step)));
});

Deno.test("CNAPT's rows without consequence say why", () => {
  assertEquals(rowsThatHideSomething(TABLE), []);
});

Deno.test("CNAPT turns down every event that its state does not have", () => {
  assert(expectIllegalEventsThrow("CNAPT", TABLE) > 0);
  const error = assertThrows(() => cnaptTransition("idle", "okReceived"), IllegalEvent);
  assertEquals([error.role, error.state, error.event], ["CNAPT", "idle", "okReceived"]);
});

Deno.test("CNAPT pauses the decision with every switch and resumes it with every return", () => {
  const ends = ["closed", "disconnecting"];
  const leaving = rowsOf(TABLE).filter((row) =>
    row.state === "connected" && !ends.includes(row.next)
  );
  const returning = rowsOf(TABLE).filter((row) =>
    row.next === "connected" && row.state !== "awaitingConnectAck"
  );
  assert(leaving.length > 0 && returning.length > 0);
  assertEquals(leaving.filter((row) => !row.actions.includes("suspendDecision")).map(named), []);
  assertEquals(returning.filter((row) => !row.actions.includes("resumeDecision")).map(named), []);
});

Deno.test("CNAPT closes the session on every way into closed", () => {
  const closing = rowsOf(TABLE).filter((row) => row.next === "closed" && row.state !== "closed");
  assertEquals(closing.filter((row) => row.actions.at(-1) !== "closeSession").map(named), []);
});
