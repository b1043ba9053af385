import { Link } from "../../../../lib/relay/link/link.ts";
import { LooseLinks } from "../../../../lib/relay/session/loose_links.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";

Deno.test("a loose link is closed here, or by whoever took it, and in the end all that are left", () => {
  const tasks = testTasks();
  const all = Array.from({ length: 4 }, () => new Link(MemoryConn.pair()[0], "a", tasks));
  const [closed, taken, left, other] = all.map(({ id }) => id);
  const links = new LooseLinks();
  for (const link of all.slice(0, 3)) links.add(link);
  assertEquals([links.close(closed ?? 0), links.close(closed ?? 0)], [true, false]);
  assertEquals([links.remove(taken ?? 0), links.remove(taken ?? 0)], [true, false]);
  assertEquals([links.has(left ?? 0), links.has(other ?? 0)], [true, false]);
  assertEquals(links.get(left ?? 0), all[2]);
  links.closeAll();
  assertEquals(all.map(({ isOpen }) => isOpen), [false, true, false, true]);
  assertEquals(links.has(left ?? 0), false);
});
