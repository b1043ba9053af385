import {
  ACK_DELAY_MS,
  MAX_ACK_BYTES,
  MIN_ACK_BYTES,
} from "../../../../../lib/core/session/streams/acknowledgements.ts";
import { assertEquals } from "../../../../assert.ts";
import { sent } from "../session_settings.ts";
import { sending, sharedParts, take } from "../shared_parts.ts";

function delivering(bytes: number) {
  const parts = sharedParts();
  const stream = sending(parts, 0);
  take(stream, bytes);
  return { parts, stream, sentNow: parts.acks.delivered(stream, bytes, 10) };
}

Deno.test("a little waits for company, and is acknowledged after a moment", () => {
  const { parts, sentNow } = delivering(100);
  assertEquals([sentNow, parts.deadlines.next], ["later", 10 + ACK_DELAY_MS]);
  parts.acks.due();
  assertEquals(sent(parts.outbox.flush(), "positions")[0]?.entries, [{ stream: 1, position: 100 }]);
  parts.acks.due();
  assertEquals(parts.outbox.flush(), []);
});

Deno.test("much is acknowledged at once: a sixteenth of the stream within bounds", () => {
  assertEquals(delivering(MIN_ACK_BYTES - 1).sentNow, "later");
  assertEquals(delivering(MIN_ACK_BYTES).sentNow, "sent");
  const { parts, stream } = delivering(64 * MAX_ACK_BYTES);
  take(stream, 2 * MAX_ACK_BYTES);
  assertEquals(parts.acks.delivered(stream, MAX_ACK_BYTES - 1, 20), "later");
  assertEquals(parts.acks.delivered(stream, 1, 20), "sent");
});

Deno.test("the end of a direction is acknowledged at once", () => {
  const parts = sharedParts();
  const stream = sending(parts, 0);
  take(stream, 1);
  stream.cursor.endAt(1);
  assertEquals(parts.acks.delivered(stream, 1, 10), "sent");
});

Deno.test("without a control link acknowledgements wait for the next one", () => {
  const parts = sharedParts();
  const stream = sending(parts, 0);
  take(stream, MIN_ACK_BYTES);
  parts.outbox.dropControl();
  assertEquals(parts.acks.delivered(stream, MIN_ACK_BYTES, 10), "later");
  parts.acks.due();
  parts.outbox.adopt(2);
  parts.outbox.flush();
  parts.acks.sendAll();
  assertEquals(sent(parts.outbox.flush(), "positions")[0]?.entries, [
    { stream: 1, position: MIN_ACK_BYTES },
  ]);
});

Deno.test("on a new path every position is told, also of streams of which nothing is owed", () => {
  const parts = sharedParts();
  sending(parts, 0);
  sending(parts, 0);
  parts.acks.sendAll();
  assertEquals(sent(parts.outbox.flush(), "positions")[0]?.entries.length, 2);
});

Deno.test("the record alone is acknowledged without any position", () => {
  const parts = sharedParts();
  parts.acks.oweRecord(10);
  parts.acks.due();
  assertEquals(sent(parts.outbox.flush(), "positions")[0]?.entries, []);
});

Deno.test("of a stream that is gone nothing is acknowledged", () => {
  const { parts, stream } = delivering(100);
  parts.table.remove(stream);
  parts.acks.due();
  assertEquals(parts.outbox.flush(), []);
});
