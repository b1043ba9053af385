import { pause } from "../../../../lib/relay/run/pause.ts";
import { assertEquals } from "../../../assert.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

function waiting(clock: VirtualClock, signal: AbortSignal): { readonly isOver: () => boolean } {
  let state: "waiting" | "over" = "waiting";
  pause(clock, 100, signal).then(() => state = "over");
  return { isOver: () => state === "over" };
}

Deno.test("a pause lasts as long as it is to, and leaves no timer", async () => {
  const clock = new VirtualClock();
  const one = waiting(clock, new AbortController().signal);
  await clock.advance(99);
  assertEquals(one.isOver(), false);
  await clock.advance(1);
  assertEquals([one.isOver(), clock.pending], [true, 0]);
});

Deno.test("a signal ends a pause, and what is aborted already does not begin one", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const one = waiting(clock, controller.signal);
  controller.abort();
  await settle();
  assertEquals([one.isOver(), clock.pending], [true, 0]);
  const two = waiting(clock, controller.signal);
  await settle();
  assertEquals([two.isOver(), clock.pending], [true, 0]);
});
