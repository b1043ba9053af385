import {
  type Deliver,
  DELIVERY_LIMIT_MS,
  NoticeQueue,
} from "../../../../lib/relay/notice/notice_queue.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** A queue under a clock that stands still, with what it logs. */
function queueTo(deliver: Deliver, log = new TestLog()): NoticeQueue {
  return new NoticeQueue({ name: "x", deliver }, TaskGroup.root(clock, log));
}

const clock = new VirtualClock();

Deno.test("notices are delivered one at a time and in order", async () => {
  const got: string[] = [];
  let running = 0;
  const done = Promise.withResolvers<void>();
  const queue = queueTo(async (text) => {
    running += 1;
    assertEquals(running, 1);
    await Promise.resolve();
    running -= 1;
    got.push(text);
    if (got.length === 3) done.resolve();
  });
  for (const text of ["1", "2", "3"]) queue.push(text);
  await done.promise;
  await queue.close();
  assertEquals(got, ["1", "2", "3"]);
});

Deno.test("a receiver that is stuck gets the newest ones, and what was dropped is counted", async () => {
  const got: string[] = [];
  const stuck = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const queue = queueTo(async (text) => {
    begun.resolve();
    await stuck.promise;
    got.push(text);
    if (text === "99") done.resolve();
  });
  queue.push("0");
  await begun.promise;
  for (let i = 1; i < 100; i++) queue.push(String(i));
  assertEquals([queue.snapshot().waiting, queue.snapshot().dropped], [16, 83]);
  stuck.resolve();
  await done.promise;
  await queue.close();
  assertEquals(got, ["0", ...Array.from({ length: 16 }, (_, i) => String(84 + i))]);
});

Deno.test("a delivery that takes too long is given up and the next one is tried", async () => {
  const done = Promise.withResolvers<void>();
  const queue = queueTo(async (text, signal) => {
    if (text === "second") return done.resolve();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  queue.push("first");
  queue.push("second");
  await clock.advance(DELIVERY_LIMIT_MS);
  await done.promise;
  await queue.close();
  const { delivered, failed } = queue.snapshot();
  assertEquals([delivered, failed], [1, 1]);
});

Deno.test("a failure is counted and named until a delivery succeeds", async () => {
  const results = [
    () => Promise.reject(new ConnFailed("other", "Cannot post: it is away")),
    () => Promise.resolve(),
  ];
  const settled = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let count = 0;
  const queue = queueTo(() => {
    const index = count++;
    return results[index]?.().finally(() => setTimeout(() => settled[index]?.resolve(), 0)) ??
      Promise.resolve();
  });
  queue.push("1");
  await settled[0]?.promise;
  assertEquals(queue.snapshot().lastFailure, "Cannot post: it is away");
  queue.push("2");
  await settled[1]?.promise;
  assertEquals(queue.snapshot().lastFailure, null);
  await queue.close();
});

Deno.test("closing ends a delivery that is stuck, and counts it as none", async () => {
  const begun = Promise.withResolvers<void>();
  const queue = queueTo(async (_text, signal) => {
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  queue.push("1");
  queue.push("2");
  await begun.promise;
  await queue.close();
  queue.push("3");
  const { delivered, failed, waiting } = queue.snapshot();
  assertEquals([delivered, failed, waiting], [0, 0, 0]);
});

Deno.test("a mistake of ours in a delivery is logged with its stack, and the next one is tried", async () => {
  const log = new TestLog();
  const got: string[] = [];
  const queue = queueTo((text) => {
    if (text === "1") throw new TypeError("Cannot go on: a bug");
    got.push(text);
    return Promise.resolve();
  }, log);
  queue.push("1");
  queue.push("2");
  await settle();
  assertEquals(got, ["2"]);
  const [line = "", ...others] = log.of("error");
  assertEquals(others, []);
  assert(line.includes("internal-error") && line.includes("notice_queue_test.ts"), line);
  await queue.close();
});
