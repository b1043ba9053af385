import type { VirtualTime } from "../../sim/virtual_time.ts";

/** So often the event loop may turn in vain: real sockets answer in their own time. */
const MAX_IDLE_TURNS = 500;
/** So much may happen at one time; more means that the program turns in circles. */
const MAX_EVENTS_AT_ONCE = 20_000;

/** Lets time pass until `isReached`; fails when that takes longer than `withinMs`. */
export async function runUntil(
  time: VirtualTime,
  isReached: () => boolean,
  withinMs: number,
  describe: () => string,
): Promise<void> {
  const limit = time.now + withinMs;
  let idle = 0;
  let since = { now: time.now, events: time.events };
  while (!isReached()) {
    if (time.now >= limit) throw new Error(`Cannot go on within ${withinMs} ms: ${describe()}`);
    if (time.now > since.now) since = { now: time.now, events: time.events };
    else if (time.events - since.events > MAX_EVENTS_AT_ONCE) {
      throw new Error(`Cannot go on, time stands still: ${describe()}`);
    }
    if (await time.turn()) continue;
    if (++idle > MAX_IDLE_TURNS) throw new Error(`Cannot go on, nothing happens: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
