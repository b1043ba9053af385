import { snaptMeaningOf } from "../../../../../lib/core/session/snapt/snapt_meaning.ts";
import type { Message } from "../../../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../../assert.ts";
import { GOLDEN_VECTORS } from "../../wire/golden_vectors.ts";

Deno.test("SNAPT takes what CNAPT sends on a control link, each as what it is", () => {
  const meant = Object.values(GOLDEN_VECTORS).map(({ message }): Message => message)
    .flatMap((message) => {
      try {
        const meaning = snaptMeaningOf(message);
        return meaning.kind === "common" ? [] : [[message.kind, meaning.kind]];
      } catch (error) {
        if (error instanceof ProtocolViolation) return [];
        throw error;
      }
    });
  assertEquals(Object.fromEntries(meant), {
    switchStep1: "step1",
    lastMessageBeforeRedirection: "lastMessages",
    clientServicesReadyForRedirection: "event",
    disconnect: "event",
    waitingStreams: "waiting",
    pathReport: "path",
    dialRequest: "dial",
  });
});

Deno.test("what belongs to the beginning of a link is a violation on a control link", () => {
  const { bind, connect, switchStep2, switchUnexpected, bindDatagrams } = GOLDEN_VECTORS;
  for (const { message } of [bind, connect, switchStep2, switchUnexpected, bindDatagrams]) {
    const error = assertThrows(() => snaptMeaningOf(message), ProtocolViolation);
    assertEquals(error.code, "unexpected");
  }
});
