import { guardedHandler } from "../../../../lib/relay/run/guarded_handler.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

Deno.test("a mistake with a datagram is logged for its group, and the next one is handled", () => {
  const log = new TestLog();
  const seen: string[] = [];
  const handler = guardedHandler<string, string>(testTasks(new VirtualClock(), log), {
    received: (bytes, from) => {
      if (bytes.length === 0) throw new TypeError("planted in received");
      seen.push(`received from ${from}`);
    },
    notSent: (why, bytes, to) => {
      if (bytes === 0) throw new TypeError("planted in notSent");
      seen.push(`${why} ${bytes} to ${to}`);
    },
  });
  handler.received(new Uint8Array(0), "a");
  handler.received(new Uint8Array(1), "b");
  handler.notSent("tooBig", 0, "c");
  handler.notSent("failed", 9, "d");
  assertEquals(seen, ["received from b", "failed 9 to d"]);
  const errors = log.of("error");
  assert(errors.length === 2, errors.join("\n"));
  assert(errors[0]?.includes("planted in received"), errors[0]);
  assert(errors[1]?.includes("planted in notSent"), errors[1]);
});
