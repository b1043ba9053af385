import { Link } from "../../../../lib/relay/link/link.ts";
import { LinkRequests } from "../../../../lib/relay/link/link_requests.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";

const linkOn = (key: string) => new Link(MemoryConn.pair()[0], key, testTasks());

Deno.test("a link goes to whoever has waited longest for one of its network", () => {
  const requests = new LinkRequests();
  const served: string[] = [];
  for (const [key, who] of [["a", "first"], ["b", "second"], ["a", "third"]] as const) {
    requests.add(key, () => served.push(who));
  }
  assertEquals([...requests.counts()], [["a", 2], ["b", 1]]);
  assertEquals(requests.serve(linkOn("a")), true);
  assertEquals(requests.serve(linkOn("c")), false);
  assertEquals(requests.serve(linkOn("a")), true);
  assertEquals(served, ["first", "third"]);
  requests.clear();
  assertEquals(requests.serve(linkOn("b")), false);
  assertEquals(requests.counts().size, 0);
});

Deno.test("who wants no link any more stands in nobody's way, and has none dialled", () => {
  const requests = new LinkRequests();
  const served: string[] = [];
  const gone = { isWanted: true };
  requests.add("a", () => served.push("gone"), () => gone.isWanted);
  requests.add("a", () => served.push("waits"));
  assertEquals(requests.counts().get("a"), 2);
  gone.isWanted = false;
  assertEquals(requests.counts().get("a"), 1);
  assertEquals([requests.serve(linkOn("a")), served], [true, ["waits"]]);
  assertEquals(requests.isWaiting("a"), false);
});
