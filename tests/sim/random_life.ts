import type { SessionLimits } from "../../lib/core/session/session_limits.ts";
import { Chance } from "./chance.ts";
import { Unrest } from "./unrest.ts";
import { World } from "./world.ts";

const UNREST_MS = 20_000;
const LONGEST_PAUSE_MS = 600;
/** Within that time after the last outage a session must have found together. */
const RECOVERY_MS = 15_000;

const LIMITS: readonly SessionLimits[] = [
  { ringBytes: 4 * 1024, sessionBytes: 64 * 1024, streams: 64 },
  { ringBytes: 16 * 1024, sessionBytes: 64 * 1024, streams: 64 },
  { ringBytes: 64 * 1024, sessionBytes: 1024 * 1024, streams: 64 },
  { ringBytes: 256 * 1024, sessionBytes: 1024 * 1024, streams: 64 },
];

/** One world from its beginning to its end, with everything in it decided by `seed`. */
export async function liveRandomly(seed: number): Promise<World> {
  const world = new World({ seed, limits: new Chance(seed).pick(LIMITS) });
  const { chance, time, cnapt } = world;
  const unrest = new Unrest(world, UNREST_MS, LONGEST_PAUSE_MS);
  for (let at = 0; at < UNREST_MS; at += chance.between(100, 4_000)) {
    time.after(at, () => {
      if (chance.isHit(0.7)) world.open(unrest.randomStream());
      else world.call(unrest.randomStream());
    });
  }
  await world.run(UNREST_MS);
  world.restoreAll();
  await world.runUntil(() => cnapt.session.state === "connected", RECOVERY_MS);
  await world.finish();
  if (cnapt.endReason !== null) throw new Error(`The session ended: ${cnapt.endReason}`);
  return world;
}
