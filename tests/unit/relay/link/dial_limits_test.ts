import { DialLimits } from "../../../../lib/relay/link/dial_limits.ts";
import { assertEquals } from "../../../assert.ts";

const NEED = { waited: 3, spare: 4 };
const SPARE = { waited: 0, spare: 4 };

/** Five links were let in, two were refused beside them, and another half a second later. */
function limited(): DialLimits {
  const limits = new DialLimits();
  for (let count = 0; count < 7; count++) limits.begun("a", 0);
  limits.refused("a", 0);
  limits.refused("a", 0);
  limits.refusedBeside("a", 1, 10);
  assertEquals(limits.isLimited(510), false); // it may be a SNAPT that is being started
  limits.begun("a", 515);
  limits.refused("a", 515);
  limits.refusedBeside("a", 2, 520);
  return limits;
}

Deno.test("as many links as are wanted are dialled where no limit is known", () => {
  assertEquals(new DialLimits().room("a", NEED, 0), { count: 7, askAt: null });
});

Deno.test("a limit that was met on one network is believed in on all of them, for ten minutes", () => {
  const limits = limited();
  assertEquals([limits.isLimited(600_519), limits.isLimited(600_520)], [true, false]);
  assertEquals(limits.room("b", NEED, 600), { count: 1, askAt: null });
});

Deno.test("at a limit nobody dials before the window is over in which it was reached", () => {
  const limits = limited();
  assertEquals(limits.room("a", NEED, 5_000), { count: 0, askAt: 30_500 });
  assertEquals(limits.room("a", NEED, 30_500), { count: 1, askAt: null });
});

Deno.test("links that are only kept ready are dialled one in fifteen seconds at a limit", () => {
  const limits = limited();
  limits.begun("b", 1_000);
  assertEquals(limits.room("b", SPARE, 15_999), { count: 0, askAt: 16_000 });
  assertEquals(limits.room("b", SPARE, 16_000), { count: 1, askAt: null });
});
