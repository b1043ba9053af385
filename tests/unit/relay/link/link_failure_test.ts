import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { LinkRefused } from "../../../../lib/relay/link/link_auth.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "../../../../lib/relay/link/link_failure.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("the ways in which a link cannot be opened are dealt with", () => {
  for (
    const error of [
      new LinkRefused("badKey", "no"),
      new ProtocolViolation("badProof", "no"),
      new ConnFailed("reset", "no"),
      new DOMException("no", "AbortError"),
      new DOMException("no", "TimeoutError"),
    ]
  ) passOnUnlessLinkFailed(error);
});

Deno.test("a mistake of ours is passed on", () => {
  for (const error of [new TypeError("x"), new LocalMisuse("x"), new RangeError("x")]) {
    assertEquals(assertThrows(() => passOnUnlessLinkFailed(error)), error);
  }
});

Deno.test("whatever was thrown has a sentence", () => {
  assertEquals([sentenceOf(new Error("so")), sentenceOf("so")], ["so", "so"]);
});
