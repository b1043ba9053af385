import { IllegalEvent } from "../../../../lib/core/handshake/transition.ts";
import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { takeFrame, violationIn } from "../../../../lib/relay/session/mistake_guard.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("an event without a row is the peer's mistake when a frame brought it", () => {
  const event = new IllegalEvent("SNAPT", "connected", "ackReceived");
  const violation = violationIn(event);
  assertEquals([violation?.code, violation?.cause], ["unexpected", event]);
  assertEquals(violation?.message, event.message);
});

Deno.test("a violation is passed on as it is", () => {
  const violation = new ProtocolViolation("epoch", "Cannot switch");
  assertEquals(violationIn(violation), violation);
  assertEquals(
    assertThrows(() =>
      takeFrame(() => {
        throw violation;
      })
    ),
    violation,
  );
});

Deno.test("a mistake of ours with a frame is never one of the peer", () => {
  for (const error of [new TypeError("planted"), new LocalMisuse("planted")]) {
    assertEquals(violationIn(error), null);
    const take = () => {
      throw error;
    };
    assertEquals(assertThrows(() => takeFrame(take)), error);
  }
});

Deno.test("what a frame leads to is returned", () => {
  assertEquals(takeFrame(() => 5), 5);
});
