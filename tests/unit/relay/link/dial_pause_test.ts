import { DialPause } from "../../../../lib/relay/link/dial_pause.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("after a failed dial none is begun for half a second, then a few until one succeeds", () => {
  const pause = new DialPause();
  assertEquals(pause.allowed("a", 48, 0), { count: 48, askAt: null });
  pause.failed("a", 100);
  pause.failed("a", 200); // of the same round
  assertEquals(pause.allowed("a", 48, 599), { count: 0, askAt: 600 });
  assertEquals(pause.allowed("b", 48, 599), { count: 48, askAt: null });
  assertEquals(pause.allowed("a", 48, 600), { count: 4, askAt: null });
  assertEquals(pause.allowed("a", 2, 600), { count: 2, askAt: null });
  pause.failed("a", 700);
  assertEquals(pause.allowed("a", 48, 1_199), { count: 0, askAt: 1_200 });
  assertEquals([pause.succeeded("a"), pause.succeeded("a")], [true, false]);
  assertEquals(pause.allowed("a", 48, 800), { count: 48, askAt: null });
});

Deno.test("who begins anew on a network does not wait for what failed there before", () => {
  const pause = new DialPause();
  pause.failed("a", 0);
  pause.forget("a");
  assertEquals(pause.allowed("a", 4, 1), { count: 4, askAt: null });
});
