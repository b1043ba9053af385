import {
  CommonMessages,
  isCommon,
} from "../../../../../lib/core/session/streams/common_messages.ts";
import type { CommonMessage } from "../../../../../lib/core/session/streams/common_messages.ts";
import { isOfCnapt, type RecordOfCnapt } from "../../../../../lib/core/session/record_direction.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../../assert.ts";
import { GOLDEN_VECTORS } from "../../wire/golden_vectors.ts";
import { kindsOf, sent } from "../session_settings.ts";
import { sending, sharedParts, take } from "../shared_parts.ts";

function messagesOf(parts = sharedParts()) {
  const taken: RecordOfCnapt[] = [];
  const messages = new CommonMessages<RecordOfCnapt>(parts, {
    isExpected: isOfCnapt,
    take: (message) => taken.push(message),
  });
  const receive = (message: CommonMessage, now = 10) => {
    messages.check(message);
    messages.take(message, now);
    return parts.outbox.flush();
  };
  return { parts, messages, receive, taken };
}

const positions = (...entries: readonly (readonly [stream: number, position: number])[]) => ({
  kind: "positions" as const,
  recordReceived: 0,
  entries: entries.map(([stream, position]) => ({ stream, position })),
});

Deno.test("positions, pings and the record are common to both roles", () => {
  const { positions, ping, pong, eof, services, bind } = GOLDEN_VECTORS;
  const all = [positions, ping, pong, eof, services, bind].map(({ message }) => message);
  assertEquals(all.map(isCommon), [true, true, true, true, true, false]);
});

Deno.test("a ping is answered with its token", () => {
  const { receive } = messagesOf();
  assertEquals(sent(receive({ kind: "ping", token: 9 }), "pong")[0]?.token, 9);
});

Deno.test("an acknowledgement frees the ring, wakes its reader and is told to the role", () => {
  const { parts, receive } = messagesOf();
  const { ring } = sending(parts, 4_096);
  assertEquals(ring.isFull, true);
  assertEquals(kindsOf(receive(positions([1, 100]))), ["wakeReader"]);
  assertEquals(ring.acked, 100);
});

Deno.test("positions of which one cannot be acknowledge nothing", () => {
  const { parts, messages } = messagesOf();
  const good = sending(parts, 100);
  sending(parts, 100);
  assertThrows(() => messages.check(positions([1, 60], [2, 101])), ProtocolViolation);
  assertEquals([good.ring.acked, good.peerDelivered], [0, 0]);
});

Deno.test("positions that acknowledge messages never made acknowledge nothing", () => {
  const { parts, messages } = messagesOf();
  const { ring } = sending(parts, 100);
  const wrong = { ...positions([1, 60]), recordReceived: 1 };
  assertThrows(() => messages.check(wrong), ProtocolViolation);
  assertEquals(ring.acked, 0);
});

Deno.test("an EOF before what was received leaves the record where it was", () => {
  const { parts, messages, receive } = messagesOf();
  const stream = sending(parts, 0);
  take(stream, 10);
  const eof = { kind: "eof", sequence: 1, stream: 1 } as const;
  assertThrows(() => messages.check({ ...eof, position: 9 }), ProtocolViolation);
  assertEquals([parts.outbox.record.received, stream.cursor.final], [0, null]);
  assertEquals(kindsOf(receive({ ...eof, position: 10 })), ["checkInput"]);
  assertEquals([parts.outbox.record.received, stream.cursor.final], [1, 10]);
});

Deno.test("a FINISHED while bytes are under way leaves the record and the stream", () => {
  const { parts, messages } = messagesOf();
  sending(parts, 10);
  const finished = { kind: "finished", sequence: 1, stream: 1 } as const;
  assertThrows(() => messages.check(finished), ProtocolViolation);
  assertEquals([parts.outbox.record.received, parts.table.size], [0, 1]);
});

Deno.test("a FINISHED of a complete stream releases it", () => {
  const { parts, receive } = messagesOf();
  const stream = sending(parts, 0);
  stream.output = "ended";
  stream.cursor.endAt(0);
  assertEquals(kindsOf(receive({ kind: "finished", sequence: 1, stream: 1 })), ["releaseStream"]);
  assertEquals(parts.told.gone, [1]);
});

Deno.test("a reset ends the stream, and no BIND opens it afterwards", () => {
  const { parts, receive } = messagesOf();
  sending(parts, 10);
  const reset = { kind: "reset", code: "application" } as const;
  assertEquals(kindsOf(receive({ ...reset, sequence: 1, stream: 1 })), ["resetStream"]);
  receive({ ...reset, sequence: 2, stream: 44 });
  assertEquals([parts.table.size, parts.table.wasSeen(44)], [0, true]);
});

Deno.test("what the other role sends is a violation, and the record stays where it was", () => {
  const { parts, messages, taken } = messagesOf();
  const services = { ...GOLDEN_VECTORS.services.message, sequence: 1 } as CommonMessage;
  const error = assertThrows(() => messages.check(services), ProtocolViolation);
  assertEquals([error.code, parts.outbox.record.received, taken.length], ["unexpected", 0, 0]);
});

Deno.test("what the role expects is given to it once, however often it comes", () => {
  const { receive, taken } = messagesOf();
  const refused = { kind: "callRefused", sequence: 1, call: 3, code: "limit" } as const;
  receive(refused);
  receive(refused);
  assertEquals(taken, [refused]);
});

Deno.test("every message of the record is acknowledged, also a repeated one", () => {
  const { parts, receive } = messagesOf();
  const refused = { kind: "callRefused", sequence: 1, call: 3, code: "limit" } as const;
  for (const now of [10, 100]) {
    receive(refused, now);
    assertEquals(parts.deadlines.next, now + 20);
    parts.acks.due();
    assertEquals(sent(parts.outbox.flush(), "positions")[0]?.recordReceived, 1);
  }
});
