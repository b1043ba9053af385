import { isFirstMessage } from "../../../../lib/core/wire/first_message.ts";
import { assertEquals } from "../../../assert.ts";
import { GOLDEN_VECTORS } from "./golden_vectors.ts";

Deno.test("a link may begin with what says what it is for, and with nothing else", () => {
  const kinds = Object.values(GOLDEN_VECTORS).map(({ message }) => message).filter(isFirstMessage)
    .map(({ kind }) => kind);
  assertEquals(kinds.sort(), [
    "bind",
    "bindDatagrams",
    "connect",
    "measure",
    "switchStep2",
    "switchUnexpected",
  ]);
});
