import { RandomBytes } from "./random_bytes.ts";

/**
 * Registers a test that gets its randomness from one seed: `FUZZ_SEED` where a failure is to be
 * repeated, else by chance. The seed is printed, and is in what a failure says.
 */
export function fuzzTest(name: string, run: (random: RandomBytes) => void | Promise<void>): void {
  Deno.test(name, async () => {
    const seed = chooseSeed();
    console.log(`FUZZ_SEED=${seed}`);
    try {
      await run(new RandomBytes(seed));
    } catch (cause) {
      throw new Error(`Cannot pass: repeat it with FUZZ_SEED=${seed}`, { cause });
    }
  });
}

function chooseSeed(): number {
  const wanted = Deno.env.get("FUZZ_SEED");
  if (wanted === undefined) return Math.floor(Math.random() * 2 ** 32);
  const seed = Number(wanted);
  if (!Number.isSafeInteger(seed)) {
    throw new TypeError(`Cannot use FUZZ_SEED: ${wanted} is no integer`);
  }
  return seed;
}
