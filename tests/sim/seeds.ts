/**
 * Runs `live` with one seed after the other until `isEnough`; with `SIM_SEED` set, only with that
 * one. Says which seeds it took, and which one failed.
 */
export async function tryManySeeds(
  live: (seed: number) => void | Promise<void>,
  isEnough: () => boolean,
): Promise<void> {
  const wanted = Deno.env.get("SIM_SEED");
  const first = wanted === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
  if (!Number.isSafeInteger(first)) throw new TypeError(`Cannot use SIM_SEED: ${wanted}`);
  let seed = first;
  do {
    try {
      await live(seed);
    } catch (cause) {
      throw new Error(`Cannot pass: repeat it with SIM_SEED=${seed}`, { cause });
    }
    seed += 1;
  } while (wanted === undefined && !isEnough());
  console.log(
    `SIM_SEED=${first}${seed - first > 1 ? ` and the ${seed - first - 1} after it` : ""}`,
  );
}
