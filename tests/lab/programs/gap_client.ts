import { fileURLToPath } from "node:url";
import type { Host } from "../kit/host.ts";
import { START_LIMIT_MS, type Target } from "./target.ts";

const END_LIMIT_MS = 60_000;

/** A conversation that is timed. */
export interface GapClient {
  /** Ends it after the next answer; the longest time without one, in ms. */
  readonly finish: () => Promise<number>;
}

/** Begins to have something echoed at `target`, again and again. */
export async function startGapClient(host: Host, target: Target): Promise<GapClient> {
  const script = fileURLToPath(new URL("./gap.ts", import.meta.url));
  const deno = [Deno.execPath(), "run", "-q", "--no-config", "-A", script];
  const client = host.start([...deno, target.host, `${target.port}`]);
  await client.waitFor(/begun/, AbortSignal.timeout(START_LIMIT_MS));
  return {
    finish: async () => {
      await client.closeInput();
      const [, ms] = await client.waitFor(/gap (\d+)/, AbortSignal.timeout(END_LIMIT_MS));
      return Number(ms);
    },
  };
}
