import { FramePace } from "../../../../lib/relay/run/frame_pace.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function made() {
  const clock = new VirtualClock();
  return { clock, pace: new FramePace(TaskGroup.root(clock, new TestLog())) };
}

Deno.test("a link that sends frames without a pause has a few of them in each turn", async () => {
  const { pace } = made();
  for (let turn = 0; turn < 3; turn++) {
    let taken = 1;
    let others = pace.taken();
    for (; others === null; others = pace.taken()) taken += 1;
    assert(taken > 5 && taken < 100, `${taken}`);
    await others;
  }
});

Deno.test("a session that is busy, with a thousand frames a second, is never held up", async () => {
  const { clock, pace } = made();
  for (let frame = 0; frame < 1_000; frame++) {
    await clock.advance(1);
    assertEquals(pace.taken(), null);
  }
});
