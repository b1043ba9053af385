import { Link } from "../../../../lib/relay/link/link.ts";
import { ParkedClients } from "../../../../lib/relay/server/parked_clients.ts";
import { noSnaptCounts } from "../../../../lib/relay/server/snapt_counters.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function made(parkedPerClient = 2) {
  const log = new TestLog();
  const tasks = testTasks(new VirtualClock(), log);
  const counters = noSnaptCounts();
  const parked = new ParkedClients({ parkedPerClient, counters, log });
  const open = () => {
    const [near, far] = MemoryConn.pair();
    return { link: new Link(near, "", tasks), far: new Link(far, "", tasks), conn: far };
  };
  return { log, counters, parked, open };
}

Deno.test("a link is parked until its first frame comes", async () => {
  const { parked, open } = made();
  const { link, far } = open();
  const first = parked.firstOn(link, "01");
  assertEquals([[...parked.of("01")], parked.of("02").size], [[link], 0]);
  far.send({ kind: "connect", instance: "0011223344556677" });
  assertEquals([(await first)?.kind, parked.of("01").size], ["connect", 0]);
});

Deno.test("a link that ends, and one more than may be parked, have no first frame", async () => {
  const { parked, open } = made(1);
  const [one, two] = [open(), open()];
  const first = parked.firstOn(one.link, "01");
  assertEquals(await parked.firstOn(two.link, "01"), null);
  one.far.close();
  assertEquals([await first, parked.of("01").size], [null, 0]);
});

Deno.test("what is no frame is counted and logged, and is no mistake of ours", async () => {
  const { parked, open, counters, log } = made();
  const { link, conn } = open();
  const first = parked.firstOn(link, "01");
  await conn.write(new Uint8Array(64).fill(0xff));
  assertEquals([await first, counters.malformed, log.of("info").length], [null, 1, 1]);
});

Deno.test("a mistake of ours is passed on, and the link is not parked any longer", async () => {
  const { parked, open } = made();
  const { link } = open();
  link.firstMessage = () => Promise.reject(new TypeError("planted"));
  await assertRejects(() => parked.firstOn(link, "01"), TypeError);
  assertEquals(parked.of("01").size, 0);
});

Deno.test("the links of one CNAPT are closed, or those of all", async () => {
  const { parked, open } = made();
  const [one, two] = [open(), open()];
  const firsts = [parked.firstOn(one.link, "01"), parked.firstOn(two.link, "02")];
  parked.close("01");
  assertEquals([one.link.isOpen, two.link.isOpen], [false, true]);
  parked.closeAll();
  assertEquals([await Promise.all(firsts), two.link.isOpen], [[null, null], false]);
});
