import { markOf } from "../../../../lib/page/cnapt/network_mark.tsx";
import { assertEquals } from "../../../assert.ts";

Deno.test("the lines of 36 networks are told apart, and those of six by their dashes alone", () => {
  const marks = Array.from({ length: 36 }, (_, place) => markOf(place));
  assertEquals(new Set(marks.map((mark) => JSON.stringify(mark))).size, 36);
  assertEquals(new Set(marks.slice(0, 6).map(({ dash }) => dash.join())).size, 6);
});
