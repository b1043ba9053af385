import { Unrest } from "./unrest.ts";
import { World } from "./world.ts";

/** Z is short here, so that outages outlast it. */
const SWITCH_TIMEOUT_MS = 1_500;
const UNREST_MS = 6_000;
const LONGEST_PAUSE_MS = 600;
const ENDINGS = ["outage", "snaptCrash", "snaptEnd", "cnaptStop", "none"] as const;

/**
 * A world whose session may end in any way, at any moment of a switch. Afterwards neither end
 * may keep anything, and every application must have been told.
 */
export async function endRandomly(seed: number): Promise<World> {
  const world = new World({ seed, switchTimeoutMs: SWITCH_TIMEOUT_MS });
  const { chance, time, network } = world;
  const unrest = new Unrest(world, UNREST_MS, LONGEST_PAUSE_MS);
  for (let at = 0; at < UNREST_MS; at += chance.between(100, 2_000)) {
    time.after(at, () => {
      if (world.cnapt.endReason !== null) return;
      if (chance.isHit(0.7)) world.open(unrest.randomStream());
      else world.call(unrest.randomStream());
    });
  }
  const ending = chance.pick(ENDINGS);
  time.after(chance.between(0, UNREST_MS), () => {
    switch (ending) {
      case "outage":
        for (const key of network.keys) network.silence(key);
        return;
      case "snaptCrash":
        if (world.snapt !== null) world.crashSnapt().catch((error) => time.fail(error));
        return;
      case "snaptEnd":
        if (world.snapt?.endReason === null) world.snapt.end();
        return;
      case "cnaptStop":
        return world.cnapt.stop();
      case "none":
        return;
    }
  });
  await world.run(UNREST_MS);
  await world.finish();
  return world;
}
