import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { SilenceWatch } from "../../../../lib/relay/stream/silence_watch.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** An application that notes when it is looked at again and answers as it is told. */
function watched(...answers: ("done" | "later")[]) {
  const clock = new VirtualClock();
  const looks: number[] = [];
  const application: ByteConn = Object.assign(MemoryConn.pair()[0], {
    lookAgain: () => {
      looks.push(clock.now());
      return answers.shift() ?? "done";
    },
  });
  return { clock, looks, watch: new SilenceWatch(application, clock) };
}

Deno.test("an application that fell silent is looked at again once, not while it speaks", async () => {
  const { clock, looks, watch } = watched();
  const start = clock.now();
  for (let i = 0; i < 10; i++) {
    watch.heard();
    await clock.advance(15);
  }
  assertEquals(looks, []);
  await clock.advance(60_000);
  assertEquals(looks.length, 1);
  assertEquals(looks.map((at) => at - start < 200), [true]);
  watch.heard();
  await clock.advance(60_000);
  assertEquals(looks.length, 2);
});

Deno.test("a look that could not be had yet is tried again until it is done", async () => {
  const { clock, looks, watch } = watched("later", "later", "done");
  watch.heard();
  await clock.advance(60_000);
  assertEquals(looks.length, 3);
});

Deno.test("a connection that misses nothing has no timer", () => {
  const clock = new VirtualClock();
  new SilenceWatch(MemoryConn.pair()[0], clock).heard();
  assertEquals(clock.pending, 0);
});
