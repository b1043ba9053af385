import { assertEquals } from "../../../../assert.ts";
import { openingOf } from "../../../../opening.ts";
import { kindsOf, sent } from "../session_settings.ts";
import { sending, sharedParts } from "../shared_parts.ts";

Deno.test("the end of a direction is told once the peer knows the stream", () => {
  const parts = sharedParts();
  const stream = parts.table.add(1, openingOf("ssh"), 0);
  parts.ends.outputEnded(1, 10);
  assertEquals([parts.outbox.flush(), stream.output], [[], "ending"]);
  stream.confirmation = "confirmed";
  parts.ends.announce(stream, 20);
  parts.ends.announce(stream, 30);
  parts.ends.outputEnded(1, 40);
  assertEquals(kindsOf(parts.outbox.flush()), ["eof"]);
});

Deno.test("a stream is finished when both directions are complete and acknowledged", () => {
  const parts = sharedParts();
  const stream = sending(parts, 10);
  stream.cursor.endAt(0);
  parts.ends.inputEnded(1, 10);
  parts.ends.outputEnded(1, 20);
  assertEquals(kindsOf(parts.outbox.flush()), ["eof"]);
  stream.peerDelivered = 10;
  parts.ends.finishIfComplete(stream, 30);
  parts.ends.finishIfComplete(stream, 30);
  assertEquals(kindsOf(parts.outbox.flush()), ["finished", "releaseStream"]);
  assertEquals([parts.told.gone, parts.table.size], [[1], 0]);
});

Deno.test("the last position of a stream is told before its FINISHED", () => {
  const parts = sharedParts();
  const stream = sending(parts, 0);
  parts.acks.delivered(stream, 0, 10);
  stream.cursor.endAt(0);
  parts.ends.inputEnded(1, 10);
  parts.ends.outputEnded(1, 10);
  assertEquals(kindsOf(parts.outbox.flush()), ["eof", "positions", "finished", "releaseStream"]);
});

Deno.test("a stream that fails is told to a peer that may know it, and only then", () => {
  const parts = sharedParts();
  parts.ends.fail(parts.table.add(1, openingOf("ssh"), 0), "application", 10);
  assertEquals(kindsOf(parts.outbox.flush()), ["resetStream"]);
  parts.ends.fail(sending(parts, 0), "application", 10);
  assertEquals(kindsOf(parts.outbox.flush()), ["reset", "resetStream"]);
});

Deno.test("a call whose answer fails before the peer knows of it is refused", () => {
  const parts = sharedParts();
  const target = { kind: "call", call: 7, name: "printer" } as const;
  const stream = parts.table.add(1, { ...openingOf(""), target }, 0);
  parts.ends.fail(stream, "connectionRefused", 10);
  assertEquals(sent(parts.outbox.flush(), "callRefused")[0]?.call, 7);
});

Deno.test("all streams are reset without a word to a peer that is gone", () => {
  const parts = sharedParts();
  sending(parts, 1);
  sending(parts, 1);
  parts.ends.resetAll("sessionEnded", 10);
  assertEquals(kindsOf(parts.outbox.flush()), ["resetStream", "resetStream"]);
  assertEquals([parts.table.size, parts.table.memory.usedBytes, parts.told.gone], [0, 0, [1, 2]]);
});

Deno.test("what becomes of a stream that is unknown is of no consequence", () => {
  const parts = sharedParts();
  parts.ends.outputEnded(9, 10);
  parts.ends.inputEnded(9, 10);
  assertEquals(parts.outbox.flush(), []);
});

Deno.test("the links of a stream are settled by FINISHED, at once when the peer has said it", () => {
  const settledBy = (finish: (parts: ReturnType<typeof sharedParts>) => void) => {
    const parts = sharedParts();
    finish(parts);
    return parts.outbox.flush().map((one) => one.kind === "releaseStream" ? one.settledBy : null)
      .filter((one) => one !== null);
  };
  assertEquals(
    settledBy((parts) => {
      const stream = sending(parts, 0);
      stream.cursor.endAt(0);
      parts.ends.inputEnded(1, 10);
      parts.ends.outputEnded(1, 20);
    }),
    [2], // EOF was the first
  );
  assertEquals(settledBy((parts) => parts.ends.release(sending(parts, 0), 10)), [0]);
});
