import { SearchPause } from "../../../../lib/relay/link/search_pause.ts";
import { assertEquals } from "../../../assert.ts";

/** The pauses before `count` searches, each of whose links lasts `lastMs`. */
function pauses(pause: SearchPause, count: number, lastMs: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const now = index * lastMs;
    const waitMs = pause.begin(now);
    pause.found(now);
    return waitMs;
  });
}

Deno.test("searches pause after three control links in a row that ended at once, longer each time", () => {
  assertEquals(pauses(new SearchPause(), 9, 10), [0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000]);
});

Deno.test("a control link that lasted a second ends the pause", () => {
  assertEquals(pauses(new SearchPause(), 6, 1_000), Array(6).fill(0));
  const pause = new SearchPause();
  pauses(pause, 6, 10);
  assertEquals(pause.begin(1_050), 0);
});

Deno.test("a search that found nothing is repeated as its caller wants", () => {
  const pause = new SearchPause();
  pauses(pause, 6, 10);
  assertEquals([pause.begin(60), pause.begin(61)], [2_000, 0]);
});
