import { KEPT_MESSAGE_BYTES } from "../../../../lib/core/session/message_record.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { RecordMessage } from "../../../../lib/core/wire/record_message.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { newRecord } from "./session_settings.ts";

const finished = (sequence: number): RecordMessage => ({ kind: "finished", sequence, stream: 1 });

Deno.test("a record holds messages back when the peer has not said what it has", () => {
  const record = newRecord();
  assertEquals(record.append({ kind: "finished", stream: 1 }), "held");
  assertEquals(record.resume(0), [finished(1)]);
});

Deno.test("a record lets messages go at once when the peer has said what it has", () => {
  const record = newRecord();
  record.resume(0);
  assertEquals(record.append({ kind: "finished", stream: 1 }), finished(1));
});

Deno.test("a record repeats only what the peer does not have when it resumes", () => {
  const record = newRecord();
  record.resume(0);
  for (let i = 0; i < 5; i++) record.append({ kind: "finished", stream: 1 });
  record.pause();
  assertEquals(record.append({ kind: "finished", stream: 1 }), "held");
  assertEquals(record.resume(4), [finished(5), finished(6)]);
});

Deno.test("a record keeps nothing when everything was acknowledged", () => {
  const record = newRecord();
  for (let i = 0; i < 5; i++) record.append({ kind: "finished", stream: 1 });
  record.acknowledge(3);
  assertEquals(record.keptCount, 2);
  record.acknowledge(1);
  record.acknowledge(5);
  assertEquals(record.keptCount, 0);
});

Deno.test("a record refuses an acknowledgement of what was never made", () => {
  const record = newRecord();
  assertEquals(assertThrows(() => record.acknowledge(1), ProtocolViolation).code, "sequence");
});

Deno.test("a record takes each message of the peer once when some come again", () => {
  const record = newRecord();
  assertEquals([1, 2, 1, 2, 3].map((sequence) => record.receive(finished(sequence))), [
    "new",
    "new",
    "repeated",
    "repeated",
    "new",
  ]);
});

Deno.test("a record refuses a message of the peer when one before it is missing", () => {
  const record = newRecord();
  record.receive(finished(1));
  assertThrows(() => record.receive(finished(3)), ProtocolViolation, "2 is next");
});

Deno.test("a record counts what it keeps in the session's memory, and gives it back", () => {
  const memory = new MemoryBudget(1e6);
  const record = newRecord(1e6, memory);
  record.append({ kind: "finished", stream: 1 });
  const one = memory.usedBytes;
  assert(one > KEPT_MESSAGE_BYTES);
  record.append({ kind: "finished", stream: 2 });
  assertEquals([record.keptBytes, memory.usedBytes], [2 * one, 2 * one]);
  record.acknowledge(1);
  assertEquals([record.keptBytes, memory.usedBytes], [one, one]);
  record.close();
  assertEquals([record.keptBytes, memory.usedBytes], [0, 0]);
});

Deno.test("a record takes nothing beyond its limit, and goes on when the peer acknowledges", () => {
  const record = newRecord(4 * KEPT_MESSAGE_BYTES);
  const append = () => record.append({ kind: "finished", stream: 1 });
  assertEquals([append(), record.isCrowded], ["held", false]);
  assertEquals([append(), append(), append(), record.isCrowded], ["held", "held", "full", true]);
  assertEquals(record.hasMade(4), false);
  record.acknowledge(1);
  assertEquals([append(), append()], ["held", "full"]);
  assertEquals(record.resume(1).map(({ sequence }) => sequence), [2, 3, 4]);
});

Deno.test("a record makes nothing any more when the session is over", () => {
  const memory = new MemoryBudget(1e6);
  const record = newRecord(1e6, memory);
  record.resume(0);
  record.close();
  assertEquals(record.append({ kind: "finished", stream: 1 }), "held");
  record.pause();
  assertEquals([record.resume(0), memory.usedBytes, record.hasMade(1)], [[], 0, false]);
});

Deno.test("a record lets go of one message of very many as fast as of the last", () => {
  const record = newRecord(Infinity);
  const count = 50_000;
  for (let i = 0; i < count; i++) record.append({ kind: "finished", stream: 1 });
  const before = performance.now();
  for (let i = 1; i <= count; i++) record.acknowledge(i);
  assertEquals(record.keptCount, 0);
  assert(performance.now() - before < 1_500, "a copy of the rest for each one takes minutes");
});

Deno.test("a record tells what the peer has acknowledged of what was made", () => {
  const record = newRecord();
  assertEquals([record.lastMade, record.isAcknowledged(0), record.isAcknowledged(1)], [
    0,
    true,
    false,
  ]);
  for (let i = 0; i < 3; i++) record.append({ kind: "finished", stream: 1 });
  record.acknowledge(2);
  assertEquals([1, 2, 3, 4].map((one) => record.isAcknowledged(one)), [true, true, false, false]);
  assertEquals(record.lastMade, 3);
});

Deno.test("of the places that SNAPT has in turn while a CNAPT is away the record keeps the last", () => {
  const record = newRecord();
  const placesAt = (port: number) =>
    ({ kind: "places", advice: "stay", places: [{ host: "10.0.0.7", port, route: "" }] }) as const;
  record.resume(0);
  record.append(placesAt(1)); // it may have come
  record.pause();
  for (let port = 2; port < 20_000; port++) {
    if (record.append(placesAt(port)) === "full") return assert(false, `full with ${port}`);
  }
  record.append({ kind: "finished", stream: 1 });
  record.append(placesAt(7));
  assertEquals(record.resume(0), [
    { ...placesAt(1), sequence: 1 },
    { ...placesAt(19_999), sequence: 2 },
    finished(3),
    { ...placesAt(7), sequence: 4 },
  ]);
  assertEquals(record.append(placesAt(8)), { ...placesAt(8), sequence: 5 });
  record.acknowledge(5);
  assertEquals([record.keptCount, record.keptBytes], [0, 0]);
});
