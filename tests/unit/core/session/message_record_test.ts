import { MessageRecord } from "../../../../lib/core/session/message_record.ts";
import type { RecordMessage } from "../../../../lib/core/wire/record_message.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const finished = (sequence: number): RecordMessage => ({ kind: "finished", sequence, stream: 1 });

Deno.test("a record holds messages back when the peer has not said what it has", () => {
  const record = new MessageRecord();
  assertEquals(record.append({ kind: "finished", stream: 1 }), null);
  assertEquals(record.resume(0), [finished(1)]);
});

Deno.test("a record lets messages go at once when the peer has said what it has", () => {
  const record = new MessageRecord();
  record.resume(0);
  assertEquals(record.append({ kind: "finished", stream: 1 }), finished(1));
});

Deno.test("a record repeats only what the peer does not have when it resumes", () => {
  const record = new MessageRecord();
  record.resume(0);
  for (let i = 0; i < 5; i++) record.append({ kind: "finished", stream: 1 });
  record.pause();
  assertEquals(record.append({ kind: "finished", stream: 1 }), null);
  assertEquals(record.resume(4), [finished(5), finished(6)]);
});

Deno.test("a record keeps nothing when everything was acknowledged", () => {
  const record = new MessageRecord();
  for (let i = 0; i < 5; i++) record.append({ kind: "finished", stream: 1 });
  record.acknowledge(3);
  assertEquals(record.keptCount, 2);
  record.acknowledge(1);
  record.acknowledge(5);
  assertEquals(record.keptCount, 0);
});

Deno.test("a record refuses an acknowledgement of what was never made", () => {
  const record = new MessageRecord();
  assertEquals(assertThrows(() => record.acknowledge(1), ProtocolViolation).code, "sequence");
});

Deno.test("a record takes each message of the peer once when some come again", () => {
  const record = new MessageRecord();
  assertEquals([1, 2, 1, 2, 3].map((sequence) => record.receive(finished(sequence))), [
    "new",
    "new",
    "repeated",
    "repeated",
    "new",
  ]);
});

Deno.test("a record refuses a message of the peer when one before it is missing", () => {
  const record = new MessageRecord();
  record.receive(finished(1));
  assertThrows(() => record.receive(finished(3)), ProtocolViolation, "2 is next");
});
