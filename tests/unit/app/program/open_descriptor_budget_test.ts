import {
  openDescriptorBudget,
  watchDescriptors,
} from "../../../../lib/app/program/open_descriptor_budget.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { nextTurn } from "../../../../lib/net/next_turn.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();
const { listenDatagram } = Deno;
let sockets = 0;
Object.assign(Deno, {
  listenDatagram: (...given: Parameters<typeof listenDatagram>) => {
    sockets += 1;
    return listenDatagram(...given);
  },
});
const start = TaskGroup.root(new VirtualClock(), new TestLog());
openDescriptorBudget(start, new TestLog());
start.close();

Deno.test("what a program needs a socket of its own for has it before anybody else", async () => {
  assertEquals(sockets, 1);
  await nextTurn();
  assertEquals(sockets, 1);
});

Deno.test("a shortage is logged at once, and what comes in the time after it in one line", async () => {
  const clock = new VirtualClock();
  const log = new TestLog();
  const tasks = TaskGroup.root(clock, log);
  const budget = {
    shortages: 0,
    snapshot: () => ({ limit: 1_024, open: 1_000, refused: 0, short: budget.shortages }),
  };
  watchDescriptors(budget, tasks, log);
  await clock.advance(5_000);
  assertEquals(log.lines.length, 0);
  for (let i = 0; i < 20; i++) {
    budget.shortages += 100;
    await clock.advance(1_000);
  }
  assertEquals(log.lines.length, 1);
  await clock.advance(120_000);
  assertEquals(log.lines.length, 2);
  tasks.close();
});
