import { countLives, type LifeCount, sumOf } from "./life_count.ts";

/** More than that only makes the other tests wait. */
const MOST_WORKERS = 4;

/** Lets worlds live on all processors until `switches` were completed; with `SIM_SEED`, only that world. */
export async function liveOnAllProcessors(switches: number): Promise<LifeCount> {
  if (Deno.env.get("SIM_SEED") !== undefined) return await countLives(switches);
  const workers = Math.min(navigator.hardwareConcurrency, MOST_WORKERS);
  const share = Math.ceil(switches / workers);
  return sumOf(await Promise.all(Array.from({ length: workers }, () => liveInWorker(share))));
}

async function liveInWorker(switches: number): Promise<LifeCount> {
  const worker = new Worker(import.meta.resolve("./life_worker.ts"), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<LifeCount>();
  worker.onmessage = ({ data }: MessageEvent<LifeCount>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  try {
    worker.postMessage(switches);
    return await promise;
  } finally {
    worker.terminate();
  }
}
