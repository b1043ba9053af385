import type { StreamRecord } from "../../../../lib/core/stream/stream_record.ts";
import { RebindPause } from "../../../../lib/relay/session/rebind_pause.ts";
import { assertEquals } from "../../../assert.ts";
import { streamRecord } from "./kit/stream_record.ts";

/** The pauses before each of `count` links, each of which lasts `lastMs`. */
function pauses(pause: RebindPause, stream: StreamRecord, count: number, lastMs: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const now = index * lastMs;
    const waitMs = pause.wanted(stream, "a", now);
    pause.bound(stream, now);
    return waitMs;
  });
}

Deno.test("a stream waits for its links after three in a row that ended at once", () => {
  assertEquals(pauses(new RebindPause(), streamRecord(1), 6, 20), [0, 0, 0, 250, 250, 250]);
});

Deno.test("a link that lasted a second ends the pause", () => {
  assertEquals(pauses(new RebindPause(), streamRecord(1), 6, 1_000), [0, 0, 0, 0, 0, 0]);
  const pause = new RebindPause();
  const stream = streamRecord(1);
  pauses(pause, stream, 5, 10);
  assertEquals(pause.wanted(stream, "a", 1_050), 0);
});

Deno.test("another network begins without a pause, and so does another stream", () => {
  const pause = new RebindPause();
  const stream = streamRecord(1);
  pauses(pause, stream, 5, 10);
  assertEquals(pause.wanted(streamRecord(2), "a", 60), 0);
  assertEquals(pause.wanted(stream, "b", 60), 0);
});

Deno.test("a link that never came does not count as one that ended", () => {
  const pause = new RebindPause();
  const stream = streamRecord(1);
  for (let now = 0; now < 50; now += 10) assertEquals(pause.wanted(stream, "a", now), 0);
});
