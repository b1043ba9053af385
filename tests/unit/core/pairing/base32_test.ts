import { bytesOf, characterOf, symbolOf, symbolsOf } from "../../../../lib/core/pairing/base32.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("symbols of bytes are these bytes again", () => {
  for (let count = 0; count <= 20; count++) {
    const bytes = Uint8Array.from({ length: count }, (_, at) => (at * 89 + 200) % 256);
    assertEquals(bytesOf(symbolsOf(bytes)), bytes);
  }
});

Deno.test("bits that fill up the last symbol have to be zero", () => {
  const symbols = symbolsOf(new Uint8Array(16).fill(0xff));
  assertEquals(bytesOf(symbols.with(-1, (symbols.at(-1) ?? 0) | 1)), null);
});

Deno.test("each symbol has a character, which case and likeness do not change", () => {
  for (let symbol = 0; symbol < 32; symbol++) {
    assertEquals(symbolOf(characterOf(symbol)), symbol);
    assertEquals(symbolOf(characterOf(symbol).toLowerCase()), symbol);
  }
  const alike = [["o", 0], ["O", 0], ["i", 1], ["I", 1], ["l", 1], ["L", 1]] as const;
  for (const [character, symbol] of alike) assertEquals(symbolOf(character), symbol);
});

Deno.test("what no code has is no symbol", () => {
  for (const character of ["U", "u", "-", " ", "", "é", "ab", "ſ", "ß"]) {
    assertEquals(symbolOf(character), null, character);
  }
});
