import { clip } from "../../../../lib/core/notice/clip.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("clip cuts at the number of bytes and never within a character", () => {
  assertEquals(clip("abc", 3), "abc");
  assertEquals(clip("abcd", 3), "abc");
  assertEquals(clip("üü", 3), "ü");
  assertEquals(clip("\u{1F680}", 3), "");
});
