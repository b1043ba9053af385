import { MistakeLog } from "../../../../lib/relay/run/mistake_log.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

Deno.test("mistakes without end are told sixty times a minute, and the rest is counted", () => {
  const log = new TestLog();
  const mistakes = new MistakeLog();
  for (let i = 0; i < 100; i++) mistakes.tell(log, 1_000 + i, { task: "stream" });
  assertEquals(log.of("error").length, 60);
  mistakes.tell(log, 61_000, { task: "stream" });
  assertEquals(log.of("error").at(-1), 'error internal-error {"task":"stream","left_out":40}');
  mistakes.tell(log, 61_001, { task: "stream" });
  assertEquals(log.of("error").at(-1), 'error internal-error {"task":"stream"}');
});

Deno.test("all groups of a program share the limit", () => {
  const log = new TestLog();
  const program = TaskGroup.root(new VirtualClock(), log);
  for (let i = 0; i < 100; i++) {
    program.child(`stream ${i}`, () => {}).fault("pump", new TypeError("planted"));
  }
  assertEquals(log.of("error").length, 60);
  assert(log.lines[0]?.includes('"program/stream 0/pump"'));
});
