import { NoticeQueue } from "../../../../lib/relay/notice/notice_queue.ts";
import { assertEquals } from "../../../assert.ts";

/** Never reached but by a hang. */
const LONG_MS = 60_000;

Deno.test("notices are delivered one at a time and in order", async () => {
  const got: string[] = [];
  let running = 0;
  const done = Promise.withResolvers<void>();
  const queue = new NoticeQueue("x", async (text) => {
    running += 1;
    assertEquals(running, 1);
    await Promise.resolve();
    running -= 1;
    got.push(text);
    if (got.length === 3) done.resolve();
  }, LONG_MS);
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
  const queue = new NoticeQueue("x", async (text) => {
    begun.resolve();
    await stuck.promise;
    got.push(text);
    if (text === "99") done.resolve();
  }, LONG_MS);
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
  const queue = new NoticeQueue("x", async (text, signal) => {
    if (text === "second") return done.resolve();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }, 5);
  queue.push("first");
  queue.push("second");
  await done.promise;
  await queue.close();
  const { delivered, failed } = queue.snapshot();
  assertEquals([delivered, failed], [1, 1]);
});

Deno.test("a failure is counted and named until a delivery succeeds", async () => {
  const results = [
    () => Promise.reject(new Error("Cannot post: it is away")),
    () => Promise.resolve(),
  ];
  const settled = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let count = 0;
  const queue = new NoticeQueue("x", () => {
    const index = count++;
    return results[index]?.().finally(() => setTimeout(() => settled[index]?.resolve(), 0)) ??
      Promise.resolve();
  }, LONG_MS);
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
  const queue = new NoticeQueue("x", async (_text, signal) => {
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }, LONG_MS);
  queue.push("1");
  queue.push("2");
  await begun.promise;
  await queue.close();
  queue.push("3");
  const { delivered, failed, waiting } = queue.snapshot();
  assertEquals([delivered, failed, waiting], [0, 0, 0]);
});
