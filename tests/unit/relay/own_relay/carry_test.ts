import { BytePace } from "../../../../lib/core/relay/byte_pace.ts";
import { carry } from "../../../../lib/relay/own_relay/carry.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

/** A caller and a SNAPT, with what carries between them. */
function world(bytesPerSecond: number | null = null) {
  const [caller, callerHere] = MemoryConn.pair();
  const [snapt, snaptHere] = MemoryConn.pair();
  const clock = new VirtualClock();
  const counted = { bytes: 0 };
  const carrying = carry({
    caller: callerHere,
    parked: snaptHere,
    first: Uint8Array.of(1),
    pace: new BytePace(() => bytesPerSecond),
    tasks: testTasks(clock),
    carried: (bytes) => counted.bytes += bytes,
  });
  return { caller, snapt, callerHere, snaptHere, clock, counted, carrying };
}

Deno.test("bytes go both ways, what was read before at first, and each direction ends by itself", async () => {
  const { caller, snapt, callerHere, snaptHere, counted, carrying } = world();
  assertEquals(await caller.readNext(), Uint8Array.of(1));
  await caller.write(Uint8Array.of(2));
  await caller.closeWrite();
  assertEquals(await snapt.readNext(), Uint8Array.of(2));
  assertEquals(await snapt.readNext(), null);
  await snapt.write(Uint8Array.of(3, 4));
  assertEquals(await caller.readNext(), Uint8Array.of(3, 4));
  await snapt.closeWrite();
  assertEquals(await caller.readNext(), null);
  await carrying;
  assertEquals([callerHere.isOpen, snaptHere.isOpen, counted.bytes], [false, false, 4]);
});

Deno.test("where one connection breaks the other is reset", async () => {
  const { caller, snapt, carrying } = world();
  await caller.readNext();
  snapt.reset();
  await carrying;
  await assertRejects(() => caller.readNext());
});

Deno.test("no more is carried than is agreed, and what waits is not lost", async () => {
  const { caller, snapt, clock, counted, carrying } = world(1_000);
  for (let i = 0; i < 4; i++) await snapt.write(new Uint8Array(1_000));
  await snapt.closeWrite();
  await clock.advance(1_500);
  assertEquals(counted.bytes, 2_001 + 1_000);
  await clock.advance(10_000);
  assertEquals(counted.bytes, 4_001);
  await caller.closeWrite();
  await carrying;
});
