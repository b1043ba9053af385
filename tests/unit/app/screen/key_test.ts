import { type Key, keysOf } from "../../../../lib/app/screen/key.ts";
import { assertEquals } from "../../../assert.ts";

const nameOf = (key: Key) => key.kind === "letter" ? key.letter : key.kind;

for (
  const [typed, keys] of [
    ["q", ["leave"]],
    ["\x03", ["leave"]],
    ["\x04", ["leave"]],
    ["\x1b", ["leave"]],
    ["\x1b[A\x1b[B", ["up", "down"]],
    ["\x1bOA", ["up"]],
    ["2\r", ["2", "enter"]],
    ["yN", ["y", "n"]],
    ["\x0c", ["redraw"]],
    ["\x1b[200~\x1b[1;5C\x1bx\x1b[<0;1;1M", []],
    ["é日\x00\t", []],
  ] as const
) {
  Deno.test(`${JSON.stringify(typed)} is ${keys.join(", ") || "nothing"}`, () => {
    assertEquals(keysOf(typed).map(nameOf), [...keys]);
  });
}
