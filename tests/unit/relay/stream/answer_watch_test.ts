import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { AnswerWatch } from "../../../../lib/relay/stream/answer_watch.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** An application that counts how often it is looked at and answers as it is told. */
function watched(...answers: (number | null)[]) {
  const clock = new VirtualClock();
  const looks: number[] = [];
  const application: ByteConn = Object.assign(MemoryConn.pair()[0], {
    lookForAnswer: () => {
      looks.push(clock.now());
      return answers.shift() ?? null;
    },
  });
  return { clock, looks, application, watch: new AnswerWatch(clock) };
}

Deno.test("an application is looked at once when it answers, however often it is written to", async () => {
  const { clock, looks, application, watch } = watched();
  for (let i = 0; i < 1_000; i++) watch.written(application);
  assertEquals(clock.pending, 1);
  await clock.advance(60_000);
  assertEquals(looks.length, 1);
  watch.written(application);
  await clock.advance(60_000);
  assertEquals(looks.length, 2);
});

Deno.test("an application is looked at again, after the time that it says, until it has answered", async () => {
  const { clock, looks, application, watch } = watched(5_000, 100, null);
  watch.written(application);
  await clock.advance(60_000);
  const first = looks[0] ?? 0;
  assertEquals(looks.map((at) => at - first), [0, 5_000, 5_100]);
  assertEquals(clock.pending, 0);
});

Deno.test("an application has no timer when its host is never asked", () => {
  const clock = new VirtualClock();
  new AnswerWatch(clock).written(MemoryConn.pair()[0]);
  assertEquals(clock.pending, 0);
});
