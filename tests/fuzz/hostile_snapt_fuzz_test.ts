import { fuzzTest, fuzzWorlds } from "./fuzz_test_case.ts";
import { attackCnapt } from "./hostile/attack_cnapt.ts";

/** How many messages CNAPT gets in each world. */
const MESSAGES = 1_500;

fuzzTest("CNAPT serves one site while the SNAPT of another says what it likes", async (random) => {
  await fuzzWorlds(random, 8, (seed) => attackCnapt(seed, MESSAGES));
});
