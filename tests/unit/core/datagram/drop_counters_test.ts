import { DropCounters } from "../../../../lib/core/datagram/drop_counters.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("drops are counted by reason, and only reasons that occurred are shown", () => {
  const drops = new DropCounters();
  drops.add("forged");
  drops.add("forged", 2);
  drops.add("holdFull", 0);
  assertEquals(drops.snapshot(), { forged: 3 });
  assertEquals(drops.total, 3);
});

Deno.test("what is counted for a part is counted for the whole too", () => {
  const whole = new DropCounters();
  new DropCounters(whole).add("tooBig");
  const part = new DropCounters(whole);
  part.add("tooBig", 4);
  assertEquals([part.total, whole.snapshot()], [4, { tooBig: 5 }]);
});
