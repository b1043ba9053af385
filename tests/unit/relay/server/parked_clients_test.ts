import { Link } from "../../../../lib/relay/link/link.ts";
import {
  ANSWER_WITHIN_MS,
  ParkedClients,
  SILENT_FOR_MS,
} from "../../../../lib/relay/server/parked_clients.ts";
import { noSnaptCounts } from "../../../../lib/relay/server/snapt_counters.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

function made(parkedPerClient = 2) {
  const log = new TestLog();
  const clock = new VirtualClock();
  const tasks = testTasks(clock, log);
  const counters = noSnaptCounts();
  const parked = new ParkedClients({ parkedPerClient, counters, tasks, log });
  const open = () => {
    const [near, far] = MemoryConn.pair();
    return { link: new Link(near, "", tasks), far: new Link(far, "", tasks), near, conn: far };
  };
  return { log, clock, counters, parked, open };
}

Deno.test("a link is parked until its first frame comes", async () => {
  const { parked, open } = made();
  const { link, far } = open();
  const first = parked.firstOn(link, "01");
  assertEquals([[...parked.of("01")], parked.of("02").size], [[link], 0]);
  far.send({ kind: "connect", instance: "0011223344556677", claim: "atOnce" });
  assertEquals([(await first)?.kind, parked.of("01").size], ["connect", 0]);
});

Deno.test("a link that ends has no first frame", async () => {
  const { parked, open } = made(1);
  const { link, far } = open();
  const first = parked.firstOn(link, "01");
  far.close();
  assertEquals([await first, parked.of("01").size], [null, 0]);
});

Deno.test("one more than may be parked takes the place of the one heard on longest ago, which is told", async () => {
  const { parked, open, clock, counters, log } = made(2);
  const [one, two, three] = [open(), open(), open()];
  const firsts = [parked.firstOn(one.link, "01"), parked.firstOn(two.link, "01")];
  await clock.advance(1_000);
  one.far.send({ kind: "ping", token: 1 });
  await settle();
  const third = parked.firstOn(three.link, "01");
  assertEquals([...parked.of("01")], [one.link, three.link]);
  const told = await two.far.firstMessage();
  assertEquals(told?.kind === "refused" && told.code, "full");
  await settle();
  assertEquals([two.link.isOpen, await firsts[1], counters.crowdedOut], [false, null, 1]);
  // Another CNAPT has room of its own.
  const other = open();
  const others = parked.firstOn(other.link, "02");
  assertEquals([parked.of("02").size, counters.crowdedOut], [1, 1]);
  for (let i = 0; i < 100; i++) parked.firstOn(open().link, "01");
  await settle();
  assertEquals([parked.of("01").size, counters.crowdedOut], [2, 101]);
  assertEquals(log.of("warn").length, 1);
  parked.closeAll();
  await Promise.all([firsts[0], third, others]);
});

Deno.test("a CNAPT that has moved is asked on all its links, and the silent ones are given up", async () => {
  const { parked, open, clock, counters } = made(10);
  const [alive, dead, taken] = [open(), open(), open()];
  const firsts = [alive, dead, taken].map(({ link }) => parked.firstOn(link, "01"));
  dead.near.isSilent = true;
  dead.conn.isSilent = true;
  alive.far.firstMessage(); // CNAPT watches what it has parked
  await clock.advance(60_000);
  parked.moved("01");
  parked.moved("01"); // it is not asked twice
  taken.far.send({ kind: "connect", instance: "0011223344556677", claim: "atOnce" });
  await clock.advance(ANSWER_WITHIN_MS);
  assertEquals([alive.link.isOpen, dead.link.isOpen, taken.link.isOpen], [true, false, true]);
  assertEquals([[...parked.of("01")], counters.silentLinks], [[alive.link], 1]);
  assertEquals((await firsts[2])?.kind, "connect");
  parked.closeAll();
  await Promise.all(firsts);
});

Deno.test("a link on which nobody was heard for five minutes is given up", async () => {
  const { parked, open, clock, counters } = made(10);
  parked.start();
  const [asked, silent] = [open(), open()];
  const firsts = [asked, silent].map(({ link }) => parked.firstOn(link, "01"));
  for (let passed = 0; passed <= SILENT_FOR_MS; passed += 60_000) {
    asked.far.send({ kind: "ping", token: 1 });
    await clock.advance(60_000);
  }
  assertEquals([asked.link.isOpen, silent.link.isOpen, counters.silentLinks], [true, false, 1]);
  parked.closeAll();
  await Promise.all(firsts);
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

Deno.test("where there is no room, the one that has most gives its oldest", async () => {
  const { parked, open } = made();
  const [lone, old, young] = [open(), open(), open()];
  parked.endOne();
  const firsts = [
    parked.firstOn(lone.link, "01"),
    parked.firstOn(old.link, "02"),
    parked.firstOn(young.link, "02"),
  ];
  parked.endOne();
  assertEquals(await firsts[1], null);
  assertEquals([lone.link.isOpen, old.link.isOpen, young.link.isOpen], [true, false, true]);
  parked.closeAll();
  await Promise.all(firsts);
});

Deno.test("what comes on a link after it has made room is not taken", async () => {
  const { parked, open } = made(1);
  const [one, two] = [open(), open()];
  const first = parked.firstOn(one.link, "01");
  one.far.send({ kind: "connect", instance: "0011223344556677", claim: "atOnce" }); // it is on its way
  const second = parked.firstOn(two.link, "01");
  const told = await one.far.firstMessage();
  assertEquals([told?.kind, await first, one.link.isOpen], ["refused", null, false]);
  parked.closeAll();
  await second;
});
