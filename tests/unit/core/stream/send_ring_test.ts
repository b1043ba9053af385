import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { RING_INITIAL_BYTES, SendRing } from "../../../../lib/core/stream/send_ring.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { fillPattern, findMismatch } from "../../../sim/payload_pattern.ts";

const LARGE = new MemoryBudget(1e9);

function fill(ring: SendRing, bytes: number): void {
  for (let left = bytes; left > 0;) {
    const region = ring.writable(left);
    fillPattern(region, 0, ring.end);
    ring.commit(region.length);
    left -= region.length;
  }
}

/** Sends `bytes` and checks that they are the right ones. */
function send(ring: SendRing, bytes: number): void {
  for (let left = bytes; left > 0;) {
    const from = ring.sent;
    const piece = ring.claim(left);
    assertEquals(findMismatch(piece, 0, from), -1);
    left -= piece.length;
  }
}

Deno.test("a send ring hands out what was committed when it wraps around", () => {
  const ring = new SendRing(RING_INITIAL_BYTES, LARGE);
  for (let round = 0; round < 10; round++) {
    fill(ring, 3_000);
    send(ring, 3_000);
    ring.acknowledge(ring.sent);
  }
  assertEquals([ring.acked, ring.end, ring.capacity], [30_000, 30_000, RING_INITIAL_BYTES]);
});

Deno.test("a send ring has no room when it is full and cannot grow", () => {
  const ring = new SendRing(RING_INITIAL_BYTES, LARGE);
  fill(ring, RING_INITIAL_BYTES);
  assert(ring.isFull);
  assertEquals(ring.writable(1).length, 0);
});

Deno.test("a send ring keeps its bytes when it grows", () => {
  const ring = new SendRing(64 * 1024, LARGE);
  fill(ring, 3_000);
  send(ring, 2_500);
  ring.acknowledge(2_000);
  fill(ring, 40_000);
  send(ring, 40_500);
  assertEquals(ring.capacity, 64 * 1024);
});

Deno.test("a send ring does not grow when the budget is used up", () => {
  const ring = new SendRing(64 * 1024, new MemoryBudget(RING_INITIAL_BYTES + 100));
  fill(ring, RING_INITIAL_BYTES);
  assertEquals(ring.writable(1).length, 0);
});

Deno.test("a send ring gives memory back when only little was read into it for long", () => {
  const budget = new MemoryBudget(1e6);
  const ring = new SendRing(64 * 1024, budget);
  fill(ring, 60_000);
  for (let reads = 0; reads < 200; reads++) {
    send(ring, ring.end - ring.sent);
    ring.acknowledge(ring.end);
    fill(ring, 10);
  }
  assertEquals(ring.capacity, RING_INITIAL_BYTES);
  assertEquals(budget.usedBytes, RING_INITIAL_BYTES);
});

Deno.test("a send ring gives all memory back when it is disposed of", () => {
  const budget = new MemoryBudget(1e6);
  const ring = new SendRing(64 * 1024, budget);
  fill(ring, 50_000);
  ring.dispose();
  assertEquals(budget.usedBytes, 0);
});

Deno.test("a send ring sends again from the position that is asked for", () => {
  const ring = new SendRing(64 * 1024, LARGE);
  fill(ring, 10_000);
  send(ring, 8_000);
  ring.acknowledge(3_000);
  assertEquals(ring.rewindTo(5_000), 3_000);
  assertEquals(ring.sent, 5_000);
  send(ring, 5_000);
});

Deno.test("a send ring still sends what the peer has meanwhile when a link began before it", () => {
  const ring = new SendRing(64 * 1024, LARGE);
  fill(ring, 10_000);
  send(ring, 10_000);
  ring.rewindTo(2_000);
  assertEquals(ring.acknowledge(9_000), 2_000);
  assertEquals([ring.sent, ring.resumeAt, ring.acked], [2_000, 9_000, 2_000]);
  send(ring, 8_000);
  assertEquals(ring.acked, 9_000);
});

Deno.test("a send ring refuses an acknowledgement of what was never sent", () => {
  const ring = new SendRing(64 * 1024, LARGE);
  fill(ring, 10);
  send(ring, 5);
  assertEquals(assertThrows(() => ring.acknowledge(6), ProtocolViolation).code, "position");
});

Deno.test("a send ring ignores an acknowledgement that is older than the last", () => {
  const ring = new SendRing(64 * 1024, LARGE);
  fill(ring, 10);
  send(ring, 10);
  ring.acknowledge(7);
  assertEquals(ring.acknowledge(3), 0);
  assertEquals(ring.acked, 7);
});

Deno.test("a send ring refuses to go back before what was acknowledged", () => {
  const ring = new SendRing(64 * 1024, LARGE);
  fill(ring, 10);
  send(ring, 10);
  ring.acknowledge(7);
  assertThrows(() => ring.rewindTo(6), ProtocolViolation);
  assertThrows(() => ring.rewindTo(11), ProtocolViolation);
});

Deno.test("a send ring refuses to commit more than there is room for", () => {
  const ring = new SendRing(RING_INITIAL_BYTES, LARGE);
  assertThrows(() => ring.commit(RING_INITIAL_BYTES + 1), LocalMisuse);
});
