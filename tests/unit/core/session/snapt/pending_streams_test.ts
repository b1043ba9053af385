import { PendingStreams } from "../../../../../lib/core/session/snapt/pending_streams.ts";
import { assertEquals } from "../../../../assert.ts";

Deno.test("the last stream that arrives is told, and only that", () => {
  const told: number[] = [];
  const pending = new PendingStreams((now) => told.push(now));
  pending.add(1);
  pending.add(2);
  pending.arrived(1, 10);
  pending.arrived(3, 11);
  pending.tellIfNone(12);
  assertEquals([told, pending.all()], [[], [2]]);
  pending.arrived(2, 13);
  assertEquals(told, [13]);
});

Deno.test("what is not waited for any longer is not told, but asked for it is", () => {
  const told: number[] = [];
  const pending = new PendingStreams((now) => told.push(now));
  pending.add(1);
  pending.clear();
  assertEquals(told, []);
  pending.tellIfNone(10);
  assertEquals(told, [10]);
});
