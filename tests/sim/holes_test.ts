/**
 * Nothing gets through for a while, on any network, and nobody is told: a tunnel, a lift, a router that
 * restarts. However long that took, the session is back soon after the first network is.
 */
import { assert, assertEquals } from "../assert.ts";
import { World } from "./world.ts";

const HOLES_MS = [5_000, 12_000, 20_000, 45_000, 105_000, 600_000];
const BACK_WITHIN_MS = 3_000;
/** The networks of a test, with their delay in one direction. */
const NETWORKS: readonly Readonly<Record<string, number>>[] = [{ eth: 20 }, { eth: 20, lte: 40 }];
const LONGEST_ROUND_TRIP_MS = 4 * 40;

const NEVER = new AbortController().signal;

/** Keeps links parked on the networks that are not in use, as the decision has it. */
async function keepReady(world: World): Promise<void> {
  const others = world.network.table.candidates()
    .filter(({ key }) => key !== world.cnapt.session.provider);
  const probes = others.map((other) => world.cnapt.standby.probe(other, 2, 4_000, NEVER));
  let ready = 0;
  for (const probe of probes) probe.then(() => ready += 1);
  await world.runUntil(() => ready === others.length);
}

/** A conversation that goes on for longer than the hole. */
const TALK = {
  client: { sendsBytes: 20_000, sendPauseMs: 500, isLastToEnd: true },
  server: { sendsBytes: 2_000, sendPauseMs: 500 },
};

for (const delaysMs of NETWORKS) {
  for (const flows of ["kept", "forgotten"] as const) {
    for (const address of ["same", "changed"] as const) {
      const keys = Object.keys(delaysMs);
      const name = `a hole on ${keys.join(" and ")}, flows ${flows}, address of SNAPT ${address}`;
      Deno.test(`${name}: the session is back soon after the network`, async () => {
        for (const [index, holeMs] of HOLES_MS.entries()) {
          const settings = { seed: index + 1, delaysMs, switchTimeoutMs: 86_400_000 };
          const world = await World.connected([TALK], settings);
          await world.run(2_000 + 137 * index);
          await keepReady(world);
          for (const key of keys) world.network.hole(key, holeMs, flows);
          if (address === "changed") world.network.moveSnapt("192.0.2.9");
          await world.run(holeMs);
          assertEquals(world.hasEnded, false);
          const ackedBytes = () => world.cnapt.session.streams.get(1)?.ring.acked ?? Infinity;
          const before = ackedBytes();
          const since = world.time.now;
          await world.runUntil(() => ackedBytes() > before, 120_000);
          const tookMs = world.time.now - since;
          const what = `${holeMs} ms, seed ${settings.seed}: ${tookMs} ms`;
          assert(tookMs <= BACK_WITHIN_MS + LONGEST_ROUND_TRIP_MS, what);
          await world.finish();
        }
      });
    }
  }
}
