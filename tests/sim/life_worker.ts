/// <reference lib="deno.worker" />
/** One processor's share of many lives: takes how many switches there must be, gives a `LifeCount`. */
import { countLives } from "./life_count.ts";

self.onmessage = async ({ data }: MessageEvent<number>) => {
  self.postMessage(await countLives(data));
};
