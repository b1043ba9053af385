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
  return integerOf("FUZZ_SEED") ?? Math.floor(Math.random() * 2 ** 32);
}

/**
 * Runs one world after the other, each with a seed of its own: so many as `FUZZ_WORLDS` says, else
 * `usual`. Prints how many messages `attack` has counted in all of them.
 */
export async function fuzzWorlds(
  random: RandomBytes,
  usual: number,
  attack: (seed: number) => Promise<number>,
): Promise<void> {
  const worlds = integerOf("FUZZ_WORLDS") ?? usual;
  let messages = 0;
  for (let world = 1; world <= worlds; world++) {
    const seed = random.below(2 ** 32 - 1);
    try {
      messages += await attack(seed);
    } catch (cause) {
      throw new Error(`World ${world} (${seed}) failed after ${messages} messages`, { cause });
    }
  }
  console.log(`${messages} messages in ${worlds} worlds`);
}

function integerOf(variable: string): number | null {
  const wanted = Deno.env.get(variable);
  if (wanted === undefined) return null;
  const integer = Number(wanted);
  if (Number.isSafeInteger(integer)) return integer;
  throw new TypeError(`Cannot use ${variable}: ${wanted} is no integer`);
}
