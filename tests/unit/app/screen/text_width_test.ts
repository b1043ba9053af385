import { clipped, folded, padded, widthOf } from "../../../../lib/app/screen/text_width.ts";
import { assert, assertEquals } from "../../../assert.ts";

for (
  const [text, columns, shown] of [
    ["wifi0", 5, "wifi0"],
    ["wifi0", 4, "wif…"],
    ["wifi0", 0, ""],
    ["日本語", 6, "日本語"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日…"],
    ["a😀b", 4, "a😀b"],
    ["a😀b", 3, "a…"],
    ["שלום", 4, "שלום"],
    ["שלום", 3, "של…"],
    ["\x1b[2J", 20, "\\u001b[2J"],
    ["a\u202eb", 20, "a\\u202eb"],
    ["e\u0301te", 3, "e\u0301te"],
  ] as const
) {
  Deno.test(`${JSON.stringify(text)} is ${JSON.stringify(shown)} in ${columns} columns`, () => {
    assertEquals(clipped(text, columns), shown);
    assert(widthOf(shown) <= columns, `${widthOf(shown)} columns`);
  });
}

Deno.test("a name of accents alone takes no more room in memory than in columns", () => {
  assert(clipped("x" + "\u0301".repeat(100_000), 10).length <= 100);
});

Deno.test("what is padded is exactly as wide as wanted, whatever it is", () => {
  for (const text of ["", "a", "日本語日本語", "a😀b", "x".repeat(300), "\u0007"]) {
    for (const side of ["left", "right"] as const) {
      assertEquals(widthOf(padded(text, 9, side)), 9, JSON.stringify(text));
    }
  }
  assertEquals(padded("9 ms", 6, "right"), "  9 ms");
});

Deno.test("a sentence is folded at blanks, and a word that is too long is cut", () => {
  assertEquals(folded("one two three four", 9, 2), ["one two", "  three", "  four"]);
  assertEquals(folded("x".repeat(20), 9), ["xxxxxxxx…"]);
  assertEquals(folded("  -> a b c", 7, 5), ["  -> a", "     b", "     c"]);
  assertEquals(folded("", 9), [""]);
});
