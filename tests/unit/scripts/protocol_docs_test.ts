import { withGenerated } from "../../../scripts/protocol_docs.ts";
import { handshakeRows } from "../../../scripts/protocol_docs/handshake_row.ts";
import { PATENT_STEPS, patentName } from "../../../scripts/protocol_docs/patent_steps.ts";
import {
  DIAGRAMS,
  renderDiagram,
  shownRows,
} from "../../../scripts/protocol_docs/state_diagram.ts";
import { rowsOf, unknownLabels } from "../../../scripts/protocol_docs/step_table.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const PROTOCOL = new URL("../../../docs/protocol.md", import.meta.url);

/** How many steps the patent numbers in each of its four lists. */
const STEP_COUNTS = { C: 34, "C*": 23, S: 23, "S*": 16 };

Deno.test("the list of steps has every number of the patent once", () => {
  const expected = Object.entries(STEP_COUNTS).flatMap(([list, count]) =>
    Array.from({ length: count }, (_, i) => `${list[0]}${i + 1}${list.slice(1)}`)
  );
  assertEquals(PATENT_STEPS.map(({ label }) => label), expected);
});

Deno.test("every step of the patent is realised by a row", () => {
  const missing = PATENT_STEPS.filter((step) => rowsOf(step).length === 0);
  assertEquals(missing.map(({ label }) => label), []);
});

Deno.test("no row claims a step that does not exist", () => {
  assertEquals(unknownLabels(), []);
});

Deno.test("a row of one role claims no step of the other", () => {
  const strangers = [
    ...handshakeRows("CNAPT").flatMap(({ steps }) => steps.filter((one) => !one.startsWith("C"))),
    ...handshakeRows("SNAPT").flatMap(({ steps }) => steps.filter((one) => !one.startsWith("S"))),
  ];
  assertEquals(strangers, []);
});

Deno.test("every row that does something is in a diagram", () => {
  const shown = new Set(
    DIAGRAMS.flatMap((diagram) =>
      shownRows(diagram).map(({ state, event }) => `${diagram.role} ${state} ${event}`)
    ),
  );
  const rows = (["CNAPT", "SNAPT"] as const).flatMap((role) =>
    handshakeRows(role).filter(({ ignored }) => ignored === undefined)
      .map(({ state, event }) => `${role} ${state} ${event}`)
  );
  assertEquals(rows.filter((row) => !shown.has(row)), []);
});

Deno.test("a diagram tells many arrows to one state in words", () => {
  const [, overlapped] = DIAGRAMS;
  assert(overlapped !== undefined);
  const picture = renderDiagram(overlapped);
  assert(picture.includes("    preparing --> overlapAwaitingStep1Ack: newLinksReady\n"));
  assert(!picture.includes("--> searching"));
  assert(picture.includes("- `pathLost` leads to `searching` from each of these states."));
});

Deno.test("a label is written as the patent writes it", () => {
  assertEquals(["C2", "S11*"].map(patentName), ["[CNAPT-2]", "[SNAPT-11*]"]);
});

Deno.test("docs/protocol.md shows the tables as they are", async () => {
  const text = await Deno.readTextFile(PROTOCOL);
  assertEquals(withGenerated(text), text, "stale: run `npx -y deno@2.9.4 task docs`");
});

Deno.test("a changed generated part is put right and the prose is left alone", async () => {
  const text = await Deno.readTextFile(PROTOCOL);
  const stale = text.replace(
    "stateDiagram-v2\n",
    "stateDiagram-v2\n    idle --> closed: guessed\n",
  );
  assert(stale !== text);
  assertEquals(withGenerated(stale), text);
});

Deno.test("generating fails when a marker is missing", () => {
  assertThrows(() => withGenerated("# Protocol\n"), TypeError, "lacks its markers");
});
