import { ABSENCE_LOOK_MS, NetworkAbsence } from "../../../../lib/app/cnapt/network_absence.ts";
import type { Notice } from "../../../../lib/core/notice/notice.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** Two sites whose networks the test takes and gives. */
function start(isForeground = true) {
  const clock = new VirtualClock();
  const log = new TestLog();
  const tasks = TaskGroup.root(clock, log);
  const there = new Set(["home", "office"]);
  const notices: Notice[] = [];
  const shown: string[] = [];
  const absence = new NetworkAbsence({
    sites: () => ["home", "office"].map((name) => ({ name, hasNetwork: () => there.has(name) })),
    terminal: {
      isForeground: () => isForeground,
      read: () => Promise.resolve(null),
      write: (text) => shown.push(text),
    },
    publish: (notice) => notices.push(notice),
    tasks,
    log,
  });
  absence.start();
  const look = async () => await clock.advance(ABSENCE_LOOK_MS);
  return { absence, there, notices, shown, log, look, tasks, clock };
}

const eventsOf = (notices: readonly Notice[]) => notices.map(({ event, site }) => [event, site]);

Deno.test("that no network is left is told once, after two looks, and its end too", async () => {
  const { absence, there, notices, shown, log, look, tasks, clock } = start();
  await look();
  there.clear();
  await look();
  assertEquals([notices.length, shown.length, absence.since], [0, 0, null]);
  await look();
  const both = [["noNetwork", "home"], ["noNetwork", "office"]];
  assertEquals(eventsOf(notices), both);
  assertEquals([shown.length, absence.since instanceof Date], [1, true]);
  for (let i = 0; i < 5; i++) await look();
  assertEquals([notices.length, shown.length], [2, 1]);
  there.add("home");
  await look();
  assertEquals([notices.length, shown.length, absence.since], [2, 2, null]);
  assertEquals([...log.of("warn"), ...log.of("info")].map((line) => line.split(" ")[1]), [
    "no-network",
    "network-again",
  ]);
  tasks.close();
  assertEquals(clock.pending, 0);
});

Deno.test("a site without a network is told of, and the program as a whole has one", async () => {
  const { absence, there, notices, shown, look } = start();
  there.delete("office");
  for (let i = 0; i < 3; i++) await look();
  assertEquals(eventsOf(notices), [["noNetwork", "office"]]);
  assertEquals([absence.since, shown.length], [null, 0]);
});

Deno.test("a network that is back at the next look was never away", async () => {
  const { there, notices, shown, look } = start();
  for (let i = 0; i < 5; i++) {
    there.clear();
    await look();
    there.add("home").add("office");
    await look();
  }
  assertEquals([notices.length, shown.length], [0, 0]);
});

Deno.test("a program in the background writes nothing to its terminal", async () => {
  const { there, notices, shown, look } = start(false);
  there.clear();
  for (let i = 0; i < 3; i++) await look();
  assertEquals([notices.length, shown.length], [2, 0]);
});
