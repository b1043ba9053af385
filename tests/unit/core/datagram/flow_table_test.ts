import { FlowTable, type TimedFlow } from "../../../../lib/core/datagram/flow_table.ts";
import { assert, assertEquals } from "../../../assert.ts";

function flow(number: number, changes: Partial<TimedFlow> = {}): TimedFlow {
  return { number, source: "a", idleMs: 1_000, usedAt: number, answered: false, ...changes };
}

Deno.test("flows that were not used for their idle time are the idle ones", () => {
  const table = new FlowTable<TimedFlow>(10);
  const [one, two] = [flow(1), flow(2, { idleMs: 5_000 })];
  table.add(one);
  table.add(two);
  assertEquals(table.nextIdleAt(), 1_001);
  assertEquals(table.idle(1_000), []);
  assertEquals(table.idle(1_001), [one]);
  one.usedAt = 500;
  assertEquals(table.idle(1_001), []);
  assertEquals(table.nextIdleAt(), 1_500);
});

Deno.test("when it is full, the oldest unanswered flow of the same source makes room", () => {
  const table = new FlowTable<TimedFlow>(3);
  const oldest = flow(1, { source: "b" });
  const answered = flow(2, { answered: true });
  const newest = flow(3);
  for (const one of [oldest, answered, newest]) table.add(one);
  assertEquals(table.makeRoom("a"), { kind: "evict", flow: newest });
  assertEquals(table.makeRoom("b"), { kind: "evict", flow: oldest });
  assertEquals(table.makeRoom("c"), { kind: "full" });
  newest.answered = true;
  assertEquals(table.makeRoom("a"), { kind: "full" });
  table.delete(answered);
  assertEquals(table.makeRoom("a"), { kind: "fits" });
});

Deno.test("a flow whose number another has taken is not deleted in its place", () => {
  const table = new FlowTable<TimedFlow>(3);
  const [old, young] = [flow(1), flow(1)];
  table.add(old);
  table.add(young);
  assert(!table.delete(old));
  assertEquals(table.get(1), young);
});

Deno.test("of unanswered flows one that was not used since makes room, whatever came first", () => {
  const table = new FlowTable<TimedFlow>(4);
  const [one, two, three, four] = [flow(1), flow(2), flow(3), flow(4)];
  for (const each of [one, two, three, four]) table.add(each);
  one.usedAt = 10;
  two.answered = true;
  three.usedAt = 11;
  assertEquals(table.makeRoom("a"), { kind: "evict", flow: four });
  table.delete(four);
  table.add(flow(5, { usedAt: 12 }));
  assertEquals(table.makeRoom("a"), { kind: "evict", flow: one });
  one.usedAt = 13;
  assertEquals(table.makeRoom("a"), { kind: "evict", flow: three });
});

Deno.test("a flood of flows finds room as fast in a large table as in a small one", () => {
  const limit = 20_000;
  const table = new FlowTable<TimedFlow>(limit);
  for (let i = 0; i < limit; i++) table.add(flow(i));
  const before = performance.now();
  for (let i = limit; i < 2 * limit; i++) {
    const room = table.makeRoom("a");
    assert(room.kind === "evict" && room.flow.number === i - limit);
    table.delete(room.flow);
    table.add(flow(i));
  }
  assert(performance.now() - before < 3_000, "a search for each takes longer");
});

Deno.test("the time in which nothing can be sent or received does not count as idle", () => {
  const table = new FlowTable<TimedFlow>(3);
  const [one, two] = [flow(1, { usedAt: 100 }), flow(2, { usedAt: 400 })];
  table.add(one);
  table.add(two);
  table.pauseIdle(500);
  table.pauseIdle(600);
  two.usedAt = 90_000; // its server still speaks
  assertEquals([table.nextIdleAt(), table.idle(100_000)], [Infinity, []]);
  table.resumeIdle(100_500);
  table.resumeIdle(100_600);
  assertEquals([one.usedAt, two.usedAt], [100_100, 100_500]);
  assertEquals(table.idle(101_100), [one]);
});

Deno.test("a limit that changes holds for the next flow", () => {
  let limit = 1;
  const table = new FlowTable<TimedFlow>(() => limit);
  table.add({ number: 1, source: "", idleMs: 1_000, usedAt: 0, answered: true });
  assertEquals(table.makeRoom("").kind, "full");
  limit = 2;
  assertEquals(table.makeRoom("").kind, "fits");
});
