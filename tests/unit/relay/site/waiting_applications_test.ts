import { WaitingApplications } from "../../../../lib/relay/site/waiting_applications.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function made(limit: number) {
  const clock = new VirtualClock();
  const log = new TestLog();
  const waiting = new WaitingApplications(limit, testTasks(clock, log), log);
  const said: string[] = [];
  const waiter = {
    application: null,
    opened: () => Promise.reject(new TypeError("never asked")),
    failed: (code: string) => said.push(code),
  };
  const openings = {
    open: () => said.push("open"),
    openFor: () => said.push("openFor"),
  };
  return { clock, log, waiting, said, waiter, openings };
}

const overdue = () => "SNAPT is full";

Deno.test("the next session takes who has waited, in their order, and nobody twice", async () => {
  const { clock, waiting, said, waiter, openings } = made(2);
  const [, application] = MemoryConn.pair();
  waiting.addFor(openingOf("ssh"), waiter, overdue);
  waiting.add(openingOf("db"), application, overdue);
  waiting.begin(openings);
  waiting.begin(openings);
  await clock.advance(60_000);
  assertEquals([said, application.isOpen], [["openFor", "open"], true]);
});

Deno.test("so many wait and no more, and each for so long and no longer", async () => {
  const { clock, log, waiting, said, waiter, openings } = made(2);
  const [, application] = MemoryConn.pair();
  waiting.add(openingOf("ssh"), application, overdue);
  await clock.advance(20_000);
  waiting.addFor(openingOf("ssh"), waiter, overdue);
  waiting.addFor(openingOf("ssh"), waiter, overdue);
  assertEquals(said, ["limit"]);
  await clock.advance(10_000);
  assertEquals([application.isOpen, said], [false, ["limit"]]);
  assert(log.of("warn").at(-1)?.includes("SNAPT is full"), log.lines.join("\n"));
  await clock.advance(20_000);
  assertEquals(said, ["limit", "sessionEnded"]);
  waiting.begin(openings);
  assertEquals(said.length, 2);
});

Deno.test("who waits is turned away where there will be no session", () => {
  const { log, waiting, said, waiter } = made(2);
  const [, application] = MemoryConn.pair();
  waiting.add(openingOf("ssh"), application, overdue);
  waiting.addFor(openingOf("db"), waiter, overdue);
  waiting.turnAway("laptop is revoked");
  assertEquals([application.isOpen, said], [false, ["sessionEnded"]]);
  assertEquals(log.of("warn").filter((line) => line.includes("laptop is revoked")).length, 2);
});

Deno.test("a mistake in opening one that has waited keeps the others from nothing", () => {
  const { log, waiting, said, waiter, openings } = made(2);
  waiting.addFor(openingOf("ssh"), waiter, overdue);
  waiting.addFor(openingOf("ssh"), waiter, overdue);
  let asked = 0;
  waiting.begin({
    ...openings,
    openFor: () => {
      if (++asked === 1) throw new TypeError("planted");
      said.push("openFor");
    },
  });
  assertEquals([said, log.of("error").length], [["openFor"], 1]);
});
