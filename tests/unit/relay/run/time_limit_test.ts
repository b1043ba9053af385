import { pause } from "../../../../lib/relay/run/pause.ts";
import { withinLimit } from "../../../../lib/relay/run/time_limit.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

Deno.test("work within its limit returns and leaves no timer", async () => {
  const clock = new VirtualClock();
  const limit = { clock, ms: 100, signal: new AbortController().signal };
  assertEquals(await withinLimit(limit, () => Promise.resolve(7)), 7);
  assertEquals(clock.pending, 0);
});

Deno.test("work that outlasts its limit sees a TimeoutError", async () => {
  const clock = new VirtualClock();
  const limit = { clock, ms: 100, signal: new AbortController().signal };
  const working = withinLimit(limit, async (signal) => {
    await pause(clock, 1_000, signal);
    signal.throwIfAborted();
  });
  const failed = assertRejects(() => working, DOMException, "time limit");
  await clock.advance(100);
  await failed;
  assertEquals(clock.pending, 0);
});

Deno.test("a signal ends work before its limit", async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const limit = { clock, ms: 1_000, signal: stop.signal };
  const working = withinLimit(limit, (signal) => pause(clock, 500, signal));
  stop.abort();
  await working;
  assertEquals(clock.now(), 0);
});

Deno.test("what other parts of the work still do is called off when one has failed", async () => {
  const clock = new VirtualClock();
  const limit = { clock, ms: 1_000, signal: new AbortController().signal };
  const others: Promise<void>[] = [];
  const working = withinLimit(limit, async (signal) => {
    others.push(pause(clock, 500, signal));
    await Promise.all([...others, Promise.reject(new RangeError("a part has failed"))]);
  });
  await assertRejects(() => working, RangeError, "a part has failed");
  await Promise.all(others);
  assertEquals([clock.now(), clock.pending], [0, 0]);
});
