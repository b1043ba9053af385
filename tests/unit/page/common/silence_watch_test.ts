import { watchSilence } from "../../../../lib/page/common/silence_watch.ts";
import { assertEquals } from "../../../assert.ts";

/** How often silence is told of when the clock on the wall is so much further at the next look. */
function toldAfter(ms: number): number {
  const tab = new EventTarget();
  const { now } = Date;
  let told = 0;
  const watch = watchSilence(() => told += 1, tab);
  try {
    Date.now = () => now() + ms;
    tab.dispatchEvent(new Event("visibilitychange")); // which looks at once
  } finally {
    Date.now = now;
    watch.end();
  }
  return told;
}

Deno.test("a page that heard nothing for long is told when it is looked at", () => {
  assertEquals(toldAfter(30_000), 0);
  assertEquals(toldAfter(41_000), 1);
});

Deno.test("when the clock is set back nobody knows for how long nothing was heard", () => {
  assertEquals(toldAfter(-1_000), 0);
  assertEquals(toldAfter(-3_600_000), 1);
});
