import { LastResort } from "../../../../lib/app/providers/last_resort.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function start() {
  const clock = new VirtualClock();
  const state = { connected: false, told: 0 };
  const lastResort = new LastResort({
    clock,
    isConnected: () => state.connected,
    due: () => state.told += 1,
  });
  return { clock, state, lastResort };
}

Deno.test("a last resort is due when SNAPT has not been reached for a while, and says so once", async () => {
  const { clock, state, lastResort } = start();
  assertEquals(lastResort.isDue(), false);
  await clock.advance(2_999);
  assertEquals([lastResort.isDue(), state.told], [false, 0]);
  await clock.advance(1);
  assertEquals([lastResort.isDue(), state.told], [true, 1]);
  lastResort.reached();
  assertEquals([lastResort.isDue(), clock.pending], [false, 1]); // waits anew
});

Deno.test("while SNAPT is reached nothing is due, whoever asks", async () => {
  const { clock, state, lastResort } = start();
  lastResort.isDue();
  state.connected = true;
  await clock.advance(10_000);
  assertEquals([lastResort.isDue(), state.told, clock.pending], [false, 0, 0]);
  state.connected = false;
  assertEquals(lastResort.isDue(), false);
});
