import { refusalInWords } from "../../../../lib/page/snapt/refusal_words.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("reasons are said in words, also those that only a newer SNAPT has", () => {
  assertEquals(refusalInWords("badKey"), "A wrong key");
  const newer = JSON.parse('"ofTomorrow"');
  assertEquals([refusalInWords(newer), refusalInWords(JSON.parse('"toString"'))], [
    "ofTomorrow",
    "toString",
  ]);
});
