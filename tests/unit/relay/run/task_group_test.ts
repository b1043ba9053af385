import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

interface Made {
  readonly clock: VirtualClock;
  readonly log: TestLog;
  readonly root: TaskGroup;
}

function made(): Made {
  const clock = new VirtualClock();
  const log = new TestLog();
  return { clock, log, root: TaskGroup.root(clock, log) };
}

Deno.test("a mistake in a task ends its group only, with one error line that has the stack", async () => {
  const { log, root } = made();
  const ended: string[] = [];
  const first = root.child("first", () => ended.push("first"));
  const second = root.child("second", () => ended.push("second"));
  first.run("work", async () => {
    await null;
    throw new TypeError("Cannot read what is not there");
  });
  first.run("more", async () => {
    await null;
    throw new TypeError("and again");
  });
  await settle();
  assertEquals(ended, ["first"]);
  assert(!second.isClosed);
  const errors = log.of("error");
  assertEquals(errors.length, 1);
  assert(errors[0]?.includes("program/first/work"));
  assert(errors[0]?.includes("task_group_test.ts"));
});

Deno.test("a mistake in the callback of a timer ends its group", async () => {
  const { clock, log, root } = made();
  const ended: unknown[] = [];
  const group = root.child("session", (error) => ended.push(error));
  const mistake = new RangeError("Cannot count: too far");
  group.timer(10, () => {
    throw mistake;
  });
  await clock.advance(10);
  assertEquals(ended, [mistake]);
  assertEquals(log.of("error").length, 1);
});

Deno.test("a group that keeps going tells a mistake once and rings again", async () => {
  const { clock, log, root } = made();
  const decision = root.child("decision", "keepGoing");
  let rung = 0;
  decision.every(1_000, () => {
    rung += 1;
    throw new TypeError("Cannot decide: a bug");
  });
  await clock.advance(5_500);
  assertEquals(rung, 5);
  assertEquals(log.of("error").length, 1);
});

Deno.test("what the peer or the world did is no mistake once the group is closed", async () => {
  const { log, root } = made();
  const ended: unknown[] = [];
  const group = root.child("stream", (error) => ended.push(error));
  const go = Promise.withResolvers<void>();
  for (
    const error of [
      new ConnFailed("closedHere", "Cannot read: it was closed at this end"),
      new ProtocolViolation("truncated", "Cannot read a frame: it ended"),
      new DOMException("called off", "AbortError"),
    ]
  ) {
    group.run("read", async () => {
      await go.promise;
      throw error;
    });
  }
  group.close();
  go.resolve();
  await group.done();
  assertEquals([ended, log.lines], [[], []]);
});

Deno.test("a mistake after a group was closed is told all the same", async () => {
  const { log, root } = made();
  const group = root.child("stream", () => {});
  group.close();
  group.run("late", () => Promise.reject(new TypeError("Cannot close: a bug")));
  await settle();
  assertEquals(log.of("error").length, 1);
});

Deno.test("closing a group cancels its timers, aborts its signal, and ends the groups inside", async () => {
  const { clock, root } = made();
  const outer = root.child("site", "keepGoing");
  const inner = outer.child("session", "keepGoing");
  inner.timer(10, () => assert(false, "a timer of a closed group went off"));
  inner.every(10, () => assert(false, "a timer of a closed group went off"));
  assert(!inner.signal.aborted);
  outer.close();
  assert(inner.isClosed);
  assert(inner.signal.aborted);
  assertEquals(clock.pending, 0);
  inner.timer(1, () => assert(false, "a timer was taken by a closed group"));
  assert(outer.child("late", "keepGoing").isClosed);
  await clock.advance(100);
});

Deno.test("done waits for the tasks of a closed child too", async () => {
  const { root } = made();
  const child = root.child("session", "keepGoing");
  const go = Promise.withResolvers<void>();
  child.run("flush", () => go.promise);
  child.close();
  let isDone = false;
  root.close();
  const done = root.done().then(() => isDone = true);
  await settle();
  assert(!isDone);
  go.resolve();
  await done;
  assert(isDone);
});

Deno.test("a mistake in ending a group reaches the group around it", async () => {
  const { log, root } = made();
  const outer: unknown[] = [];
  const session = root.child("session", (error) => outer.push(error));
  const worse = new TypeError("Cannot end: a second bug");
  const stream = session.child("stream", () => {
    throw worse;
  });
  stream.run("read", () => Promise.reject(new TypeError("Cannot read: a bug")));
  await settle();
  assertEquals(outer, [worse]);
  assertEquals(log.of("error").length, 2);
});

Deno.test("a task that throws before its first wait is a fault like any other", () => {
  const { log, root } = made();
  const ended: unknown[] = [];
  const group = root.child("stream", (error) => ended.push(error));
  group.run("start", () => {
    throw new TypeError("Cannot start: a bug");
  });
  assertEquals([ended.length, log.of("error").length], [1, 1]);
});
