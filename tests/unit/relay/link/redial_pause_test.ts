import { RedialPause } from "../../../../lib/relay/link/redial_pause.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("the pause doubles while links end at once, up to half a minute", () => {
  const pause = new RedialPause();
  assertEquals(pause.until, -Infinity);
  const waited: number[] = [];
  let now = 0;
  for (let round = 0; round < 9; round++) {
    pause.noteEnd(now, now);
    waited.push(pause.until - now);
    now = pause.until;
  }
  assertEquals(waited, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

Deno.test("links that end together are one failure", () => {
  const pause = new RedialPause();
  for (let count = 0; count < 4; count++) pause.noteEnd(0, 10);
  assertEquals(pause.until, 260);
});

Deno.test("a link that lasted ends the pause, whether it ended or was used", () => {
  for (const note of ["noteEnd", "noteUse"] as const) {
    const pause = new RedialPause();
    pause.noteEnd(0, 0);
    pause[note](0, 60_000);
    assertEquals(pause.until, -Infinity);
    pause.noteEnd(60_000, 60_000);
    assertEquals(pause.until, 60_250);
  }
});

Deno.test("a link that is used at once says nothing for those that end", () => {
  const pause = new RedialPause();
  pause.noteEnd(0, 0);
  pause.noteUse(0, 100);
  assertEquals(pause.until, 250);
});
