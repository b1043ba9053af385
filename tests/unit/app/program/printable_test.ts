import { printable, printableLines } from "../../../../lib/app/program/printable.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("printable shows controls instead of obeying them, and leaves text alone", () => {
  assertEquals(printable("Büro 東京, 1.5 ms 😀"), "Büro 東京, 1.5 ms 😀");
  assertEquals(
    printable("a\x1b[2Jb\nc\x9bd\u202ee\ud800"),
    "a\\u001b[2Jb\\u000ac\\u009bd\\u202ee\\ud800",
  );
});

Deno.test("lines stay lines, and JSON says the same as before", () => {
  assertEquals(printableLines("a\x1b[2J\nb\r"), "a\\u001b[2J\nb\\u000d");
  const value = { name: "a\x9bb\u202ec\nd" };
  const shown = printableLines(JSON.stringify(value, null, 2));
  assertEquals(JSON.parse(shown), value);
  assertEquals(/[\x9b\u202e]/.test(shown), false);
});
