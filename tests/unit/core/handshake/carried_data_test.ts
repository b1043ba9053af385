import { carrying } from "../../../../lib/core/handshake/carried_data.ts";
import { CNAPT_CARRIED_BY } from "../../../../lib/core/handshake/cnapt_event.ts";
import { CNAPT_TRANSITIONS } from "../../../../lib/core/handshake/cnapt_transitions.ts";
import { SNAPT_CARRIED_BY } from "../../../../lib/core/handshake/snapt_event.ts";
import { SNAPT_TRANSITIONS } from "../../../../lib/core/handshake/snapt_transitions.ts";
import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { type AnyTable, named, rowsOf } from "./table_checks.ts";

/** Rows whose event does not carry what one of their actions needs. */
function rowsThatLack(
  table: AnyTable,
  carriedBy: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return rowsOf(table).filter(({ event, actions }) =>
    actions.some((action) => carriedBy[action]?.includes(event) === false)
  ).map(named);
}

Deno.test("every event of CNAPT's table carries what the actions of its rows need", () => {
  assertEquals(rowsThatLack(CNAPT_TRANSITIONS, CNAPT_CARRIED_BY), []);
});

Deno.test("every event of SNAPT's table carries what the actions of its rows need", () => {
  assertEquals(rowsThatLack(SNAPT_TRANSITIONS, SNAPT_CARRIED_BY), []);
});

Deno.test("every action that needs data stands in a row of each event that carries it", () => {
  for (
    const [table, carriedBy] of [
      [CNAPT_TRANSITIONS, CNAPT_CARRIED_BY],
      [SNAPT_TRANSITIONS, SNAPT_CARRIED_BY],
    ] as const
  ) {
    const rows = rowsOf(table);
    for (const [action, events] of Object.entries(carriedBy)) {
      for (const event of events) {
        assert(
          rows.some((row) => row.event === event && row.actions.includes(action)),
          `${action} never follows ${event}`,
        );
      }
    }
  }
});

type Vessel = { readonly kind: "full"; readonly litres: number } | { readonly kind: "empty" };

Deno.test("carrying gives the event that carries what the action needs, and refuses others", () => {
  const pour = (vessel: Vessel) => carrying(vessel, ["full"], "pour").litres;
  assertEquals(pour({ kind: "full", litres: 3 }), 3);
  assertThrows(
    () => pour({ kind: "empty" }),
    LocalMisuse,
    "Cannot pour: empty does not carry what that needs",
  );
});
