import { ContainedFailures } from "../../../../lib/app/program/contained_failures.ts";
import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { settle } from "../../../virtual_clock.ts";

Deno.test("a rejection that nobody handles is logged with its stack, and the program goes on", async () => {
  const log = new TestLog();
  using _contained = new ContainedFailures(TaskGroup.root(SYSTEM_CLOCK, log));
  Promise.reject(new TypeError("planted"));
  await settle();
  assertEquals(log.lines.length, 1);
  const [line = ""] = log.lines;
  assert(line.startsWith('error internal-error {"task":"program/unhandled rejection"'), line);
  assert(line.includes("contained_failures_test.ts"), line);
});

Deno.test("an exception in a callback of the runtime is logged, and the program goes on", async () => {
  const log = new TestLog();
  using _contained = new ContainedFailures(TaskGroup.root(SYSTEM_CLOCK, log));
  queueMicrotask(() => {
    throw new TypeError("planted");
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(log.of("error").length, 1);
  assert(log.lines[0]?.includes('"program/unhandled exception"'), log.lines[0]);
});

Deno.test("the same failure again is not logged again", async () => {
  const log = new TestLog();
  using _contained = new ContainedFailures(TaskGroup.root(SYSTEM_CLOCK, log));
  for (let i = 0; i < 3; i++) Promise.reject(new TypeError("planted"));
  await settle();
  assertEquals(log.of("error").length, 1);
});
