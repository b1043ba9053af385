import { assert, assertEquals, assertThrows } from "../assert.ts";
import { DirectionQueue } from "./kit/wire/direction_queue.ts";
import { seededRandom } from "./kit/wire/seeded_random.ts";
import { parseWireCommand } from "./kit/wire/wire_command.ts";
import { PLAIN_WIRE, type WireSettings } from "./kit/wire/wire_settings.ts";

const SEED = 1;

function queueWith(settings: Partial<WireSettings>): DirectionQueue {
  const queue = new DirectionQueue(seededRandom(SEED));
  queue.settings = { ...PLAIN_WIRE, ...settings };
  return queue;
}

/** Offers `count` frames at one moment and returns when each comes out. */
function dueTimes(queue: DirectionQueue, count: number, length: number): readonly number[] {
  for (let i = 0; i < count; i++) queue.accept(length, 0);
  const times: number[] = [];
  for (; queue.nextDue() < Infinity; queue.drop()) times.push(queue.nextDue());
  return times;
}

Deno.test("a frame comes out after its turn at the rate and the delay", () => {
  // 1250 bytes at 1 Mbit/s take 10 ms.
  const queue = queueWith({ delayMs: 5, rateBits: 1e6 });
  assertEquals(dueTimes(queue, 3, 1250), [15, 25, 35]);
});

Deno.test("jitter delays frames but never reorders them", () => {
  const times = dueTimes(queueWith({ delayMs: 5, jitterMs: 10 }), 100, 100);
  assertEquals(times, times.toSorted((a, b) => a - b));
  assert(times.every((time) => time >= 5 && time < 15));
});

Deno.test("a full queue drops what comes, and counts it", () => {
  const queue = queueWith({ rateBits: 1e6, queueBytes: 2500 });
  assertEquals(dueTimes(queue, 10, 1250).length, 3);
  assertEquals(queue.counts().overflowed, 7);
});

Deno.test("loss takes its share of frames", () => {
  const queue = queueWith({ loss: 0.25 });
  const delivered = dueTimes(queue, 4000, 100).length;
  assert(delivered > 2850 && delivered < 3150, `${delivered} with seed ${SEED}`);
  assertEquals(queue.counts().lost, 4000 - delivered);
});

Deno.test("silence swallows also what is on its way", () => {
  const queue = queueWith({ delayMs: 5 });
  queue.accept(100, 0);
  queue.setSilent(true);
  queue.accept(100, 1);
  queue.setSilent(false);
  assertEquals(queue.nextDue(), Infinity);
  assertEquals(queue.counts().silenced, 2);
});

Deno.test("a wire reads its commands and rejects others", () => {
  assertEquals(parseWireCommand("set a->b delay=20 rate=100M loss=0.02"), {
    kind: "set",
    directions: ["a->b"],
    changes: { delayMs: 20, rateBits: 100e6, loss: 0.02 },
  });
  for (const line of ["", "set c delay=1", "set both delay=fast", "silence", "carrier c on"]) {
    assertThrows(() => parseWireCommand(line), SyntaxError);
  }
});
