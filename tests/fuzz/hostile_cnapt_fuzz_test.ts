import { fuzzTest, fuzzWorlds } from "./fuzz_test_case.ts";
import { attackSnapt } from "./hostile/attack_snapt.ts";

/** How many messages SNAPT gets in each world, of all hostile clients together. */
const MESSAGES = 1_500;

fuzzTest("SNAPT serves an honest client while hostile ones say what they like", async (random) => {
  await fuzzWorlds(random, 16, (seed) => attackSnapt(seed, MESSAGES));
});
