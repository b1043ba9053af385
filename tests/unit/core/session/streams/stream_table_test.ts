import { assertEquals } from "../../../../assert.ts";
import { openingOf } from "../../../../opening.ts";
import { sharedParts } from "../shared_parts.ts";

Deno.test("a table has room for as many streams as the limit, those that wait included", () => {
  const { table } = sharedParts();
  table.add(1, openingOf("ssh"), 0);
  assertEquals([table.hasRoom(), table.hasRoom(1)], [true, false]);
  table.add(2, openingOf("ssh"), 0);
  assertEquals(table.hasRoom(), false);
});

Deno.test("a table remembers the numbers of streams that are gone or were turned down", () => {
  const { table } = sharedParts();
  table.remove(table.add(1, openingOf("ssh"), 0));
  table.markSeen(5);
  assertEquals([1, 5, 6].map((id) => table.wasSeen(id)), [true, true, false]);
});

Deno.test("a stream gives its memory back when it is removed", () => {
  const { table } = sharedParts();
  const stream = table.add(1, openingOf("ssh"), 0);
  assertEquals(table.memory.usedBytes > 0, true);
  table.remove(stream);
  assertEquals([table.memory.usedBytes, table.get(1)], [0, undefined]);
});

Deno.test("what streams have carried is counted on when they are gone", () => {
  const { table } = sharedParts();
  const [first, second] = [table.add(1, openingOf("ssh"), 0), table.add(2, openingOf("ssh"), 0)];
  for (const { ring } of [first, second]) {
    ring.commit(ring.writable(100).length);
    ring.claim(100);
    ring.acknowledge(60);
  }
  first.cursor.take(40);
  first.cursor.deliver(30);
  assertEquals(table.traffic, { sentBytes: 120, receivedBytes: 30 });
  table.remove(first);
  table.remove(first);
  assertEquals(table.traffic, { sentBytes: 120, receivedBytes: 30 });
});
