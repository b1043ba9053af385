import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { passOnOurs, whoseFault } from "../../../../lib/relay/run/whose_fault.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

for (
  const [error, fault] of [
    [new ProtocolViolation("epoch", "Cannot switch"), "peer"],
    [new ConnFailed("reset", "Cannot read"), "world"],
    [new DOMException("over", "AbortError"), "calledOff"],
    [new DOMException("over", "TimeoutError"), "calledOff"],
    [new DOMException("over", "DataCloneError"), "ours"],
    [new LocalMisuse("Cannot commit"), "ours"],
    [new TypeError("x is undefined"), "ours"],
    ["a string", "ours"],
    [undefined, "ours"],
  ] as const
) {
  const name = error instanceof Error ? error.name : String(error);
  Deno.test(`${name} is taken as: ${fault}`, () => {
    assertEquals(whoseFault(error), fault);
  });
}

Deno.test("a mistake of ours is passed on, what others did is not", () => {
  const mistake = new TypeError("planted");
  assertEquals(assertThrows(() => passOnOurs(mistake)), mistake);
  passOnOurs(new ConnFailed("reset", "Cannot read"));
  passOnOurs(new ProtocolViolation("epoch", "Cannot switch"));
});
