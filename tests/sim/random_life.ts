import { Unrest } from "./unrest.ts";
import { World } from "./world.ts";

const UNREST_MS = 20_000;
const LONGEST_PAUSE_MS = 600;
/** After the last disturbance the network stays as it is for a while before it is mended. */
const AFTERMATH_MS = 5_000;

/** One world from its beginning to its end, with everything in it decided by `seed`. */
export function liveRandomly(seed: number): World {
  const world = new World({ seed });
  const { chance, time } = world;
  const unrest = new Unrest(world, UNREST_MS, LONGEST_PAUSE_MS);
  for (let at = 0; at < UNREST_MS; at += chance.between(100, 4_000)) {
    time.after(at, () => world.open(unrest.randomStream()));
  }
  world.run(UNREST_MS + AFTERMATH_MS);
  world.finish();
  return world;
}
