import type { VirtualTime } from "../../sim/virtual_time.ts";

/** So often the event loop may turn in vain: real sockets answer in their own time. */
const MAX_IDLE_TURNS = 500;

/** Lets time pass until `isReached`; fails when that takes longer than `withinMs`. */
export async function runUntil(
  time: VirtualTime,
  isReached: () => boolean,
  withinMs: number,
  describe: () => string,
): Promise<void> {
  const limit = time.now + withinMs;
  let idle = 0;
  while (!isReached()) {
    if (time.now >= limit) throw new Error(`Cannot go on within ${withinMs} ms: ${describe()}`);
    if (await time.turn()) continue;
    if (++idle > MAX_IDLE_TURNS) throw new Error(`Cannot go on, nothing happens: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
