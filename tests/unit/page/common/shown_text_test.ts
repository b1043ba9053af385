import { shownText } from "../../../../lib/page/common/shown_text.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("a name is shown as it is when there is nothing odd in it", () => {
  for (const text of ["wifi0", "中国移动", "Café <b>&amp;</b>", "👩‍👩‍👧‍👦 home", ""]) {
    assertEquals(shownText(text), { short: text, full: text, isClipped: false });
  }
});

Deno.test("a long name is clipped between letters and never within one", () => {
  const family = "👩‍👩‍👧‍👦";
  const { short, full, isClipped } = shownText(family.repeat(50), 3);
  assertEquals([short, full, isClipped], [`${family.repeat(3)}…`, family.repeat(50), true]);
});

Deno.test("what would not be seen is made visible, and cannot turn the direction of a name", () => {
  assertEquals(shownText("a\u0000b\nc\u007f").short, "a␀b␊c␡");
  assertEquals(shownText("a\u202etxt.exe\u200b\ufeff").short, "a�txt.exe��");
  assertEquals(shownText("\ud800x").short, "�x");
});

Deno.test("a hundred accents on one letter do not reach over the lines beside it", () => {
  assert(shownText(`a${"\u0301".repeat(100)}b`).short.length <= 10);
});

Deno.test("a text without end is cut before it is looked at", () => {
  assertEquals(shownText("x".repeat(1_000_000)).full.length, 2_000);
});
