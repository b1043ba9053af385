import { liveRandomly } from "./random_life.ts";
import { tryManySeeds } from "./seeds.ts";

/** What happened in the random lives of some worlds. */
export interface LifeCount {
  readonly switched: number;
  readonly bytes: number;
  /** By kind and outcome of a switch. */
  readonly receipts: ReadonlyMap<string, number>;
}

/** Lets one world after the other live until `switches` were completed. */
export async function countLives(switches: number): Promise<LifeCount> {
  const receipts = new Map<string, number>();
  let switched = 0;
  let bytes = 0;
  await tryManySeeds(async (seed) => {
    const world = await liveRandomly(seed);
    switched += world.switched;
    for (const { client, server } of world.streams.values()) {
      bytes += client.received + (server?.received ?? 0);
    }
    for (const { kind, outcome } of world.cnapt.receipts) {
      receipts.set(`${kind} ${outcome}`, (receipts.get(`${kind} ${outcome}`) ?? 0) + 1);
    }
  }, () => switched >= switches);
  return { switched, bytes, receipts };
}

export function sumOf(counts: readonly LifeCount[]): LifeCount {
  const receipts = new Map<string, number>();
  for (const count of counts) {
    for (const [kind, times] of count.receipts) {
      receipts.set(kind, (receipts.get(kind) ?? 0) + times);
    }
  }
  return {
    switched: counts.reduce((sum, one) => sum + one.switched, 0),
    bytes: counts.reduce((sum, one) => sum + one.bytes, 0),
    receipts,
  };
}
