import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { StreamTable } from "../../../../lib/core/session/streams/stream_table.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { lastAcknowledged } from "../../../../lib/relay/session/last_acknowledged.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { testTasks } from "../../../test_tasks.ts";

/** A link of which the system says when it was last acknowledged on. */
function linkOf(agoMs: number | null): Link {
  const [conn] = MemoryConn.pair();
  return new Link(Object.assign(conn, { acknowledgedMsAgo: () => agoMs }), "a", testTasks());
}

/** Streams with so many bytes under way, and the link of each. */
function inUse(underWay: readonly { readonly bytes: number; readonly agoMs: number | null }[]) {
  const limits = { ringBytes: 65_536, sessionBytes: 1e6, streams: 99 };
  const table = new StreamTable(limits, new MemoryBudget(1e6));
  const links = new Map<number, Link[]>();
  for (const { bytes, agoMs } of underWay) {
    const { id, ring } = table.add(table.size + 1, openingOf("ssh"), 0);
    if (bytes > 0) {
      ring.writable(bytes);
      ring.commit(bytes);
      ring.claim(bytes);
    }
    links.set(id, [linkOf(agoMs)]);
  }
  return { streams: table.records, pumps: { linksOf: (id: number) => links.get(id) ?? [] } };
}

Deno.test("the system is believed where it tells of any link in use", () => {
  const used = inUse([{ bytes: 100, agoMs: 700 }, { bytes: 10, agoMs: null }]);
  assertEquals(lastAcknowledged({ ...used, control: linkOf(900) }, 10_000), 9_300);
  assertEquals(lastAcknowledged({ ...used, control: linkOf(20) }, 10_000), 9_980);
});

Deno.test("nothing is known where the system does not tell, or there is no link", () => {
  const used = inUse([{ bytes: 100, agoMs: null }]);
  assertEquals(lastAcknowledged({ ...used, control: linkOf(null) }, 10_000), null);
  assertEquals(lastAcknowledged({ ...inUse([]), control: null }, 10_000), null);
});

Deno.test("of streams those with the most under way are looked at, and none that is idle", () => {
  const many = Array.from({ length: 20 }, (_, at) => ({ bytes: 1_000 - at, agoMs: 500 + at }));
  const used = inUse([{ bytes: 0, agoMs: 1 }, ...many.slice(8), ...many.slice(0, 8)]);
  assertEquals(lastAcknowledged({ ...used, control: null }, 10_000), 9_500);
  const others = inUse([...many.slice(0, 8), { bytes: 1, agoMs: 2 }]);
  assertEquals(lastAcknowledged({ ...others, control: null }, 10_000), 9_500);
});
