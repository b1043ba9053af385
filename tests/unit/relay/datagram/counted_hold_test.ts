import { DropCounters } from "../../../../lib/core/datagram/drop_counters.ts";
import { HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { HoldQueue, MAX_HELD } from "../../../../lib/core/datagram/hold_queue.ts";
import {
  discard,
  hold,
  putBack,
  release,
  releaseAsSent,
} from "../../../../lib/relay/datagram/counted_hold.ts";
import { assertEquals } from "../../../assert.ts";
import { bytesOf } from "./kit/flow_parts.ts";

Deno.test("what makes room, what gets too old and what is discarded is counted by its reason", () => {
  const queue = new HoldQueue({ holdMs: 100, holdOrder: "newest" }, new HoldBudget());
  const drops = new DropCounters();
  for (let i = 0; i < MAX_HELD + 2; i++) hold(queue, bytesOf("x"), drops, 0);
  assertEquals(drops.snapshot(), { holdFull: 2 });
  hold(queue, bytesOf("y"), drops, 101);
  assertEquals(drops.snapshot(), { holdFull: 2, heldTooLong: MAX_HELD });
  hold(queue, bytesOf("z"), drops, 102);
  const text = release(queue, drops, 103).map((payload) => new TextDecoder().decode(payload));
  assertEquals(text, ["z", "y"]);
  hold(queue, bytesOf("w"), drops, 104);
  discard(queue, drops, 104);
  assertEquals([drops.snapshot().heldTooLong, queue.length], [MAX_HELD + 1, 0]);
});

Deno.test("what got too old before it could go out is counted and not released", () => {
  const queue = new HoldQueue({ holdMs: 100, holdOrder: "newest" }, new HoldBudget());
  const drops = new DropCounters();
  hold(queue, bytesOf("old"), drops, 0);
  hold(queue, bytesOf("new"), drops, 50);
  assertEquals(release(queue, drops, 101), [bytesOf("new")]);
  assertEquals(drops.snapshot(), { heldTooLong: 1 });
});

Deno.test("what is put back and finds no room is counted, as is what got too old as it was sent", () => {
  const queue = new HoldQueue({ holdMs: 100, holdOrder: "oldest" }, new HoldBudget());
  const drops = new DropCounters();
  for (let i = 0; i < MAX_HELD; i++) hold(queue, bytesOf("x"), drops, 0);
  const payloads = release(queue, drops, 0);
  hold(queue, bytesOf("y"), drops, 0);
  putBack(queue, payloads, drops, 0);
  assertEquals(drops.snapshot(), { holdFull: 1 });
  assertEquals(releaseAsSent(queue, drops, 101), []);
  assertEquals(drops.snapshot(), { holdFull: 1, heldTooLong: MAX_HELD });
});
