import { Link } from "../../../../lib/relay/link/link.ts";
import { SettlingLinks } from "../../../../lib/relay/link/settling_links.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";

function made() {
  let acknowledged = 0;
  const settled: Link[] = [];
  const links = new SettlingLinks((message) => message <= acknowledged, (link) => {
    settled.push(link);
  });
  const tasks = testTasks();
  return {
    links,
    settled,
    link: () => new Link(MemoryConn.pair()[0], "a", tasks),
    acknowledge: (message: number) => {
      acknowledged = message;
      links.look();
    },
  };
}

Deno.test("a link is settled when the message that says so is acknowledged, not before", () => {
  const { links, settled, link, acknowledge } = made();
  const [first, second, third] = [link(), link(), link()];
  links.add(first, 3);
  links.add(second, 5);
  links.add(third, 0);
  assertEquals(settled, [third]);
  acknowledge(4);
  assertEquals(settled, [third, first]);
  acknowledge(5);
  links.look();
  assertEquals(settled, [third, first, second]);
});

Deno.test("of very many links that wait those beyond a bound are closed, and in the end all", () => {
  const { links, settled, link } = made();
  const all = Array.from({ length: 1_000 }, link);
  all.forEach((one, at) => links.add(one, at + 1));
  const open = () => all.filter(({ isOpen }) => isOpen).length;
  assertEquals([open(), settled.length], [256, 0]);
  links.close();
  assertEquals(open(), 0);
});
