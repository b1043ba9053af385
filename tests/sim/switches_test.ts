import { liveOnAllProcessors } from "./lives_on_all_processors.ts";
import { endRandomly } from "./random_ending.ts";
import { tryManySeeds } from "./seeds.ts";

/** How many switches must have been completed before the test is content. */
const SWITCHES = 10_000;
const ENDINGS = 300;

Deno.test("every byte arrives once and in order through ten thousand switches", async () => {
  const { switched, bytes, receipts } = await liveOnAllProcessors(SWITCHES);
  const kinds = [...receipts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  console.log(`${switched} switches, ${bytes} bytes; ${kinds}`);
});

Deno.test("nothing is left at either end when a session ends in the middle of anything", async () => {
  let worlds = 0;
  await tryManySeeds(async (seed) => {
    await endRandomly(seed);
    worlds += 1;
  }, () => worlds >= ENDINGS);
});
