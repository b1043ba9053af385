import { inParts } from "../../../../../lib/core/session/streams/position_parts.ts";
import { MAX_ENTRIES } from "../../../../../lib/core/wire/message.ts";
import { assertEquals } from "../../../../assert.ts";

const entries = (count: number) =>
  Array.from({ length: count }, (_, stream) => ({ stream, position: 0 }));

Deno.test("positions are split into parts that fit one message, in their order", () => {
  assertEquals(inParts(entries(MAX_ENTRIES)).map((part) => part.length), [MAX_ENTRIES]);
  const parts = inParts(entries(2 * MAX_ENTRIES + 1));
  assertEquals(parts.map((part) => part.length), [MAX_ENTRIES, MAX_ENTRIES, 1]);
  assertEquals(parts.flat(), entries(2 * MAX_ENTRIES + 1));
});

Deno.test("no positions are one empty part: the message says more than positions", () => {
  assertEquals(inParts([]), [[]]);
});
