import { partFrom, PARTING_MS, type PartingPace } from "../../../../lib/relay/stream/parting.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

function made() {
  const log = new TestLog();
  const clock = new VirtualClock();
  const tasks = TaskGroup.root(clock, log);
  const [application, far] = MemoryConn.pair();
  const leave = (how: "close" | "reset", pace: PartingPace = "patient") =>
    partFrom({ application, how }, pace, tasks);
  /** What the application reads: null is the end. */
  const read = async () => {
    try {
      return await far.read(new Uint8Array(10));
    } catch {
      return "failure";
    }
  };
  return { log, clock, tasks, application, leave, read };
}

Deno.test("an application that has everything is left at once", async () => {
  const complete = made();
  complete.leave("close");
  assertEquals([complete.application.isOpen, await complete.read()], [false, null]);
  const cut = made();
  cut.leave("reset");
  assertEquals([cut.application.isOpen, await cut.read()], [false, "failure"]);
});

Deno.test("an application is left when its system has confirmed what it was sent", async () => {
  const { log, clock, application, leave, read } = made();
  application.unconfirmed = 7;
  leave("reset");
  await clock.advance(PARTING_MS / 2);
  assertEquals(application.isOpen, true);
  application.unconfirmed = 0;
  await clock.advance(100);
  assertEquals([application.isOpen, await read(), log.of("error")], [false, "failure", []]);
});

Deno.test("an application that does not read on is left after a while", async () => {
  const { clock, application, leave, read } = made();
  application.unconfirmed = 7;
  leave("close");
  await clock.advance(PARTING_MS + 100);
  assertEquals([application.isOpen, await read(), clock.pending], [false, null, 0]);
});

Deno.test("nobody is waited for when the program ends", async () => {
  const ending = made();
  ending.application.unconfirmed = 7;
  ending.leave("reset", "atOnce");
  assertEquals(ending.application.isOpen, false);
  const closed = made();
  closed.application.unconfirmed = 7;
  closed.leave("reset");
  closed.tasks.close();
  await settle();
  assertEquals([closed.application.isOpen, closed.clock.pending], [false, 0]);
});
