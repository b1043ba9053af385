/**
 * Several sites of one CNAPT that switch together (Multi-Site), in one virtual time: at no point
 * goes one ahead of the others, none is held up by a dead one, and no byte is lost on the way.
 */
import { SITE_POINTS } from "../../lib/core/session/site_barrier.ts";
import type { SwitchShape } from "../../lib/core/wire/message.ts";
import { assert, assertEquals } from "../assert.ts";
import { Chance } from "./chance.ts";
import { tryManySeeds } from "./seeds.ts";
import { WatchedRound } from "./watched_round.ts";
import { VirtualTime } from "./virtual_time.ts";
import { World } from "./world.ts";

const PATIENCE_MS = 2_000;
const ROUNDS = 400;

/** One world for each site, all connected, each with a stream. */
async function worldsOf(
  sites: readonly string[],
  seed = 1,
): Promise<ReadonlyMap<string, World>> {
  const time = new VirtualTime();
  const worlds = new Map<string, World>();
  for (const [index, site] of sites.entries()) {
    const delaysMs = { eth: 5 * (index + 1), wifi: 15 * (index + 1) };
    worlds.set(site, await World.connected([{}], { seed: seed + index, time, delaysMs }));
  }
  return worlds;
}

function switchAll(worlds: ReadonlyMap<string, World>, shape: SwitchShape): WatchedRound {
  const [first] = worlds.values();
  assert(first !== undefined);
  const ready = [...worlds].filter(([, { cnapt }]) => cnapt.session.state === "connected");
  const round = new WatchedRound(ready.map(([site]) => site), PATIENCE_MS, first.time.clock);
  for (const [site, world] of ready) {
    world.cnapt.part = round.partOf(site);
    world.switchTo(world.cnapt.session.provider === "eth" ? "wifi" : "eth", shape);
  }
  return round;
}

/**
 * Nobody has passed a point before everybody was there who was neither late nor gone. Who is late
 * himself goes on alone, as nobody waits for him.
 */
function checkOrder({ trace, late }: WatchedRound, sites: readonly string[]): void {
  for (const point of SITE_POINTS) {
    const passed = trace.findIndex((line) =>
      line.endsWith(`passes ${point}`) && !late.some((site) => line.startsWith(`${site} `))
    );
    const before = trace.slice(0, Math.max(0, passed));
    for (const site of passed < 0 ? [] : sites) {
      const isThere = before.includes(`${site} arrives at ${point}`);
      const isGone = before.includes(`${site} leaves`) || late.includes(site);
      assert(isThere || isGone, `${site} was not waited for:\n${trace.join("\n")}`);
    }
  }
}

Deno.test("sites leave their provider together when they switch strictly", async () => {
  const sites = ["home", "office"];
  const worlds = await worldsOf(sites);
  const round = switchAll(worlds, "strict");
  const [home, office] = [...worlds.values()];
  assert(home !== undefined && office !== undefined);
  await home.runUntil(() => home.switched + office.switched === 2);
  assertEquals(round.trace, [
    "home arrives at drained",
    "office arrives at drained",
    "home passes drained",
    "office passes drained",
    "home arrives at left",
    "office arrives at left",
    "home passes left",
    "office passes left",
    "home arrives at redirected",
    "office arrives at redirected",
    "home passes redirected",
    "office passes redirected",
  ]);
  for (const world of worlds.values()) await world.finish();
});

for (const shape of ["strict", "overlapped"] as const) {
  Deno.test(`a dead site holds nobody up beyond its time-out in a ${shape} switch`, async () => {
    const worlds = await worldsOf(["home", "dead"]);
    const [home, dead] = [...worlds.values()];
    assert(home !== undefined && dead !== undefined);
    dead.network.silence("eth");
    dead.network.silence("wifi");
    const startedAt = home.time.now;
    const round = switchAll(worlds, shape);
    await home.runUntil(() =>
      home.switched === 1 && round.trace.includes("home passes redirected")
    );
    // The dead one is noticed by its heartbeat after 1 s, or else left behind.
    assert(home.time.now - startedAt < PATIENCE_MS + 1_000, `${home.time.now - startedAt} ms`);
    assertEquals(home.cnapt.receipts.at(-1)?.to, "wifi");
    dead.restoreAll();
    for (const world of worlds.values()) await world.finish();
  });
}

Deno.test("no byte is lost when sites switch together and networks fail at any moment", async () => {
  let rounds = 0;
  let failures = 0;
  await tryManySeeds(async (seed) => {
    const chance = new Chance(seed);
    const sites = ["home", "office", "lab"].slice(0, chance.between(2, 3));
    const worlds = await worldsOf(sites, seed);
    const [first] = worlds.values();
    assert(first !== undefined);
    for (let turn = 0; turn < 4; turn++) {
      for (const world of worlds.values()) world.open({});
      const taking = [...worlds].filter(([, { cnapt }]) => cnapt.session.state === "connected");
      const round = switchAll(worlds, chance.isHit(0.7) ? "strict" : "overlapped");
      rounds += 1;
      await first.run(chance.between(0, 300));
      for (const world of worlds.values()) {
        if (!chance.isHit(0.3)) continue;
        failures += 1;
        for (const key of ["eth", "wifi"]) if (chance.isHit(0.6)) world.network.silence(key);
      }
      await first.run(chance.between(0, 6_000));
      checkOrder(round, taking.map(([site]) => site));
      for (const world of worlds.values()) world.restoreAll();
      await first.run(20_000);
    }
    for (const world of worlds.values()) await world.finish();
  }, () => rounds >= ROUNDS);
  console.log(`${rounds} switches of several sites, ${failures} failures of networks`);
});
