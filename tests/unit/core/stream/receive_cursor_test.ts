import { ReceiveCursor } from "../../../../lib/core/stream/receive_cursor.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("a receive cursor skips nothing when bytes come for the first time", () => {
  const cursor = new ReceiveCursor();
  cursor.beginLink(0);
  assertEquals(cursor.take(10), 0);
  assertEquals(cursor.taken, 10);
});

Deno.test("a receive cursor skips what it has when a link begins before its position", () => {
  const cursor = new ReceiveCursor();
  cursor.beginLink(0);
  cursor.take(10);
  cursor.beginLink(4);
  assertEquals(cursor.take(3), 3);
  assertEquals(cursor.take(5), 3);
  assertEquals(cursor.taken, 12);
});

Deno.test("a receive cursor refuses a link that begins after its position", () => {
  const cursor = new ReceiveCursor();
  assertEquals(assertThrows(() => cursor.beginLink(1), ProtocolViolation).code, "positionGap");
});

Deno.test("a receive cursor is complete when everything up to the end was delivered", () => {
  const cursor = new ReceiveCursor();
  cursor.beginLink(0);
  cursor.take(10);
  cursor.deliver(6);
  cursor.endAt(10);
  assert(!cursor.isComplete);
  cursor.deliver(4);
  assert(cursor.isComplete);
});

Deno.test("a receive cursor is not complete when the end is not known", () => {
  assert(!new ReceiveCursor().isComplete);
});

Deno.test("a receive cursor refuses bytes that come after the end", () => {
  const cursor = new ReceiveCursor();
  cursor.endAt(5);
  cursor.beginLink(0);
  assertThrows(() => cursor.take(6), ProtocolViolation);
});

Deno.test("a receive cursor refuses an end that contradicts what it knows", () => {
  const cursor = new ReceiveCursor();
  cursor.beginLink(0);
  cursor.take(10);
  assertThrows(() => cursor.endAt(9), ProtocolViolation);
  cursor.endAt(12);
  cursor.endAt(12);
  assertThrows(() => cursor.endAt(13), ProtocolViolation);
});
