import { doubtOf, withCheckSymbols } from "../../../../lib/core/pairing/check_symbols.ts";
import { assert, assertEquals } from "../../../assert.ts";

const WORD = withCheckSymbols(Array.from({ length: 26 }, (_, at) => (at * 7 + 3) % 32));

Deno.test("a word with its check symbols is in no doubt", () => {
  assertEquals(doubtOf(WORD), { kind: "none" });
});

Deno.test("one wrong symbol is found wherever it stands", () => {
  for (let place = 0; place < WORD.length; place++) {
    for (let wrong = 1; wrong < 32; wrong++) {
      const word = WORD.with(place, (WORD[place] ?? 0) ^ wrong);
      assertEquals(doubtOf(word), { kind: "one", place });
    }
  }
});

Deno.test("two wrong symbols are always noticed, and their places are among those named", () => {
  for (let first = 0; first < WORD.length; first++) {
    for (let second = first + 1; second < WORD.length; second++) {
      const word = WORD.with(first, (WORD[first] ?? 0) ^ 9).with(second, (WORD[second] ?? 0) ^ 22);
      const doubt = doubtOf(word);
      assert(doubt.kind === "several" || doubt.kind === "exchanged", `${first} ${second}`);
      if (doubt.kind !== "several") continue;
      assert(doubt.pairs.some(([a, b]) => a === first && b === second), `${first} ${second}`);
    }
  }
});

Deno.test("two neighbours that were exchanged are found", () => {
  for (let place = 0; place < WORD.length - 1; place++) {
    const [a = 0, b = 0] = WORD.slice(place);
    if (a === b) continue;
    const doubt = doubtOf(WORD.with(place, b).with(place + 1, a));
    assertEquals(doubt, { kind: "exchanged", place });
  }
});
