import { endRandomly } from "./random_ending.ts";
import { liveRandomly } from "./random_life.ts";
import { tryManySeeds } from "./seeds.ts";

/** How many switches must have been completed before the test is content. */
const SWITCHES = 10_000;
const ENDINGS = 300;

Deno.test("every byte arrives once and in order through ten thousand switches", async () => {
  const receipts = new Map<string, number>();
  let switched = 0;
  let bytes = 0;
  const live = async (seed: number) => {
    const world = await liveRandomly(seed);
    switched += world.switched;
    for (const { client, server } of world.streams.values()) {
      bytes += client.received + (server?.received ?? 0);
    }
    for (const { kind, outcome } of world.cnapt.receipts) {
      receipts.set(`${kind} ${outcome}`, (receipts.get(`${kind} ${outcome}`) ?? 0) + 1);
    }
  };
  await tryManySeeds(live, () => switched >= SWITCHES);
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
