import { Refusals } from "../../../../lib/relay/link/refusals.ts";
import { RefusalPause } from "../../../../lib/relay/link/refusal_pause.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** How a limit such as that of `ufw limit` counts: who is refused has come twice. */
const WINDOW_MS = 30_000;
const MOST_IN_WINDOW = 5;

Deno.test("refusals in a row are followed by pauses that grow, and together they are one", () => {
  const pause = new RefusalPause(() => 0);
  const pauses: number[] = [];
  let now = 0;
  for (let count = 0; count < 5; count++) {
    pause.refused(now);
    pause.refused(now + 1);
    pauses.push(pause.until - now);
    now = pause.until;
  }
  assertEquals(pauses, [500, 1_000, 2_000, 10_500, 10_500]);
  pause.reset();
  assertEquals(pause.until, -Infinity);
});

Deno.test("who is shut out by a limit comes so seldom that he is let in again", () => {
  for (const chance of [0, 0.5, 0.999]) {
    const pause = new RefusalPause(() => chance);
    const stamps = Array.from({ length: 12 }, (): number => 0);
    let now = 1;
    for (let tries = 0; now < 60_000; tries++) {
      stamps.push(now);
      const seen = stamps.filter((stamp) => now - stamp < WINDOW_MS).length;
      if (seen <= MOST_IN_WINDOW) break;
      stamps.push(now);
      pause.refused(now);
      now = pause.until;
      assert(tries < 10);
    }
    assert(now < 45_000, `chance ${chance}: let in after ${now} ms`);
  }
});

Deno.test("a refusal soon after a connection was taken has all networks spared, longer each time", () => {
  const refusals = new Refusals(() => 0);
  refusals.accepted("a", 0);
  const refuse = (...times: readonly number[]) => {
    for (const at of times) refusals.refused("a", at, "beside");
    return refusals.sparingUntil;
  };
  assertEquals(refuse(9_000), -Infinity, "one may be cut off by chance");
  assertEquals([refuse(10_000), refusals.on("b").until], [45_000, -Infinity]);
  assertEquals(refuse(21_000), 56_000);
  refusals.accepted("a", 57_000);
  assertEquals(refuse(58_000, 60_000), 130_000);
  refusals.accepted("a", 800_000);
  assertEquals(refuse(800_001, 801_000), 836_000);
});

Deno.test("a SNAPT that is started again and again has nothing spared ever longer", () => {
  const refusals = new Refusals(() => 0);
  for (let now = 0; now < 600_000; now += 60_000) {
    refusals.accepted("a", now);
    for (const after of [30_000, 30_500, 31_500]) refusals.refused("a", now + after);
    assertEquals(refusals.sparingUntil, now + 31_500 + 35_000);
  }
});

Deno.test("where none was ever taken, a refusal says nothing about other networks", () => {
  const refusals = new Refusals(() => 0);
  refusals.accepted("b", 0);
  refusals.refused("a", 1_000);
  refusals.accepted("a", 2_000);
  refusals.refused("a", 62_000);
  assertEquals(refusals.sparingUntil, -Infinity);
});

Deno.test("a link beside a control link that is refused is tried again as seldom as a limit allows", () => {
  const refusals = new Refusals(() => 0);
  refusals.accepted("a", 0);
  refusals.refused("a", 9_000, "beside");
  assertEquals(refusals.on("a").untilBeside, 9_500);
  refusals.refused("a", 10_000, "beside");
  refusals.refused("a", 10_001, "beside");
  const pause = refusals.on("a");
  assertEquals([pause.until, pause.untilBeside], [9_500, 20_500]);
  refusals.refused("a", 12_000); // the control link broke, and SNAPT is looked for
  assertEquals([pause.until, pause.untilBeside], [13_000, 20_500]);
  refusals.accepted("a", 12_500);
  assertEquals([pause.until, pause.untilBeside], [-Infinity, -Infinity]);
});
