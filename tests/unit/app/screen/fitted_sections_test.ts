import { plain } from "../../../../lib/app/screen/frame.ts";
import { fittedSections } from "../../../../lib/app/screen/fitted_sections.ts";
import { assert, assertEquals } from "../../../assert.ts";

const section = (name: string, count: number, least: number) => ({
  heading: name === "" ? null : plain(name),
  lines: Array.from({ length: count }, (_, at) => plain(`${name}${at}`)),
  least,
});
const texts = (rows: number, ...sections: readonly ReturnType<typeof section>[]) =>
  fittedSections(sections, rows).map(({ text }) => text);

Deno.test("what has room is shown whole, with a blank line before each heading", () => {
  assertEquals(texts(9, section("", 1, 1), section("a", 2, 1), section("none", 0, 1)), [
    "0",
    "",
    "a",
    "a0",
    "a1",
  ]);
});

Deno.test("what has no room is counted, and every section has its least first", () => {
  assertEquals(texts(7, section("a", 9, 2), section("b", 9, 2)), [
    "a",
    "a0",
    "a1",
    "  … 7 more",
    "b",
    "b0",
    "  … 8 more",
  ]);
});

Deno.test("it is never longer than the screen", () => {
  for (let rows = 0; rows < 20; rows++) {
    const shown = texts(rows, section("", 3, 3), section("a", 9, 2), section("b", 5, 9));
    assert(shown.length <= rows, `${shown.length} of ${rows}`);
  }
});
