import { drainStreams } from "../../../../lib/relay/session/drain.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { streamRecord } from "./kit/stream_record.ts";

const WITHIN_MS = 1_000;

function made() {
  const log = new TestLog();
  const clock = new VirtualClock();
  const stream = streamRecord(1);
  const queue = { bytes: 0 };
  const parts = {
    streams: () => [stream],
    unconfirmedBytes: () => queue.bytes,
    tasks: TaskGroup.root(clock, log),
    log,
  };
  let state = "waits";
  const drain = () => void drainStreams(parts, WITHIN_MS).then(() => state = "done");
  return { log, clock, stream, queue, drain, state: () => state };
}

Deno.test("a stream on which nothing is under way is not waited for", async () => {
  const { clock, log, drain, state } = made();
  drain();
  await clock.advance(50);
  assertEquals([state(), log.lines], ["done", []]);
});

Deno.test("it is waited until the application's system has confirmed what it was sent", async () => {
  const { clock, log, queue, drain, state } = made();
  queue.bytes = 7;
  drain();
  await clock.advance(WITHIN_MS / 2);
  assertEquals(state(), "waits");
  queue.bytes = 0;
  await clock.advance(WITHIN_MS / 2 - 50);
  assertEquals([state(), log.of("warn")], ["done", []]);
});

Deno.test("what the system of a cut stream had still to send is named", async () => {
  const { clock, log, queue, drain, state } = made();
  queue.bytes = 7;
  drain();
  await clock.advance(WITHIN_MS + 50);
  assertEquals([state(), log.of("warn").length], ["done", 1]);
  assertEquals(log.of("warn")[0]?.includes('"bytes":7'), true, log.lines.join());
});

Deno.test("what the system keeps of a stream that has its end is not lost", async () => {
  const { clock, log, stream, queue, drain, state } = made();
  stream.cursor.endAt(0);
  queue.bytes = 7;
  drain();
  await clock.advance(WITHIN_MS + 50);
  await settle();
  assertEquals([state(), log.of("warn")], ["done", []]);
});
