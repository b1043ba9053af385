import { liveRandomly } from "./random_life.ts";

/** How many switches must have been completed before the test is content. */
const SWITCHES = 10_000;
function seeds(): { readonly first: number; readonly isSingle: boolean } {
  const wanted = Deno.env.get("SIM_SEED");
  if (wanted === undefined) return { first: Math.floor(Math.random() * 2 ** 31), isSingle: false };
  const first = Number(wanted);
  if (!Number.isSafeInteger(first)) throw new TypeError(`Cannot use SIM_SEED: ${wanted}`);
  return { first, isSingle: true };
}

Deno.test("every byte arrives once and in order through ten thousand switches", () => {
  const { first, isSingle } = seeds();
  let switched = 0;
  let seed = first;
  let bytes = 0;
  let events = 0;
  const kinds = new Map<string, number>();
  do {
    try {
      const world = liveRandomly(seed);
      switched += world.switched;
      events += world.time.events;
      for (const { client, server } of world.streams.values()) {
        bytes += client.received + (server?.received ?? 0);
      }
      for (const { kind, outcome } of world.cnapt.receipts) {
        kinds.set(`${kind} ${outcome}`, (kinds.get(`${kind} ${outcome}`) ?? 0) + 1);
      }
    } catch (cause) {
      throw new Error(`Cannot pass: repeat it with SIM_SEED=${seed}`, { cause });
    }
    seed += 1;
  } while (!isSingle && switched < SWITCHES);
  console.log(`SIM_SEED=${first} and the ${seed - first - 1} after it: ${switched} switches`);
  console.log(
    `${bytes} bytes, ${events} events; ${[...kinds].map((one) => one.join(": ")).join(", ")}`,
  );
});
