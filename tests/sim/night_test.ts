/**
 * Three days without a network, each end asleep or awake: the session is there afterwards, with every
 * byte, and costs nothing else meanwhile.
 */
import { assert, assertEquals } from "../assert.ts";
import { tryManySeeds } from "./seeds.ts";
import { Unrest } from "./unrest.ts";
import { World } from "./world.ts";

const DAY_MS = 86_400_000;
const AWAY_MS = 3 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;
const BACK_WITHIN_MS = 3_000;

const UNREST_MS = 60_000;
const LONGEST_PAUSE_MS = 2_000;
const LONGEST_SLEEP_MS = 40_000;
const LIVES = 20;

type Machine = "asleep" | "awake";
const SETTINGS = { switchTimeoutMs: WEEK_MS, inactivityMs: 30_000 };

/** A conversation that goes on for longer than anybody is away, and a server that ends its side. */
const TALK = { client: { sendsBytes: 40_000, sendPauseMs: 200, isLastToEnd: true } };

/** Lets both machines look whether they have slept. */
function watchSleep(world: World): void {
  world.machines.cnapt.watch(() => world.cnapt.woke());
  world.machines.snapt.watch();
}

function goAway(world: World, how: "unplug" | "silence"): void {
  for (const key of world.network.keys) {
    world.network[how](key);
    if (how === "unplug") world.cnapt.providerLost(key);
  }
}

for (const cnapt of ["asleep", "awake"] as const satisfies Machine[]) {
  for (const snapt of ["asleep", "awake"] as const satisfies Machine[]) {
    Deno.test(`three days away with CNAPT ${cnapt} and SNAPT ${snapt} cost no byte`, async () => {
      const world = await World.connected([TALK, TALK], SETTINGS);
      watchSleep(world);
      await world.run(2_000);
      const epoch = world.cnapt.session.epoch;
      goAway(world, cnapt === "asleep" ? "silence" : "unplug");
      if (cnapt === "asleep") world.machines.cnapt.fallAsleep();
      await world.run(1_000);
      if (snapt === "asleep") world.machines.snapt.fallAsleep();
      await world.run(AWAY_MS);
      assertEquals([world.hasEnded, world.cnapt.session.streams.size], [false, 2]);
      world.machines.snapt.wakeUp();
      world.machines.cnapt.wakeUp();
      world.restoreAll();
      await world.runUntil(() => world.switched > 0, BACK_WITHIN_MS);
      assert(world.cnapt.session.epoch > epoch);
      await world.finish();
      assertEquals(world.cnapt.endReason, null);
    });
  }
}

Deno.test("a server that ended its side meanwhile is heard at once on return, with what it sent before", async () => {
  const says = { sendsBytes: 8_000, sendPauseMs: 5_000 };
  const plan = { client: { sendsBytes: 100, isLastToEnd: true }, server: says };
  const world = await World.connected([plan], SETTINGS);
  watchSleep(world);
  await world.run(2_000);
  goAway(world, "silence");
  world.machines.cnapt.fallAsleep();
  await world.run(3_600_000);
  const { client, server } = world.stream(1);
  assertEquals([server?.sent, client.input], [says.sendsBytes, "open"]);
  assert(client.received < says.sendsBytes);
  world.machines.cnapt.wakeUp();
  world.restoreAll();
  await world.runUntil(() => client.input === "ended", BACK_WITHIN_MS);
  assertEquals(client.received, says.sendsBytes);
  await world.finish();
});

Deno.test("a CNAPT that sleeps for longer than SNAPT keeps its session hears so at once", async () => {
  const world = await World.connected([TALK], { ...SETTINGS, switchTimeoutMs: 600_000 });
  watchSleep(world);
  await world.run(2_000);
  goAway(world, "silence");
  world.machines.cnapt.fallAsleep();
  await world.run(3_600_000);
  assertEquals(world.snaptNow.endReason, "CNAPT did not come back in time");
  world.machines.cnapt.wakeUp();
  world.restoreAll();
  await world.runUntil(() => world.cnapt.endReason !== null, BACK_WITHIN_MS);
  assertEquals(world.network.refusals.at(-1), "unknownSession");
  await world.finish();
});

Deno.test("an old control link that seems to work when the machine wakes is not waited for", async () => {
  const world = await World.connected([TALK], SETTINGS);
  watchSleep(world);
  await world.run(2_000);
  world.machines.cnapt.fallAsleep();
  await world.run(15_000);
  // Only what was connected before is dead: a NAT on the way has forgotten it.
  world.network.silence("eth");
  world.network.restore("eth");
  world.machines.cnapt.wakeUp();
  await world.runUntil(() => world.switched === 1, 1_000);
  await world.finish();
});

Deno.test("every byte arrives once and in order however often the machines sleep, whatever else happens", async () => {
  let lives = 0;
  let woke = 0;
  let switched = 0;
  await tryManySeeds(async (seed) => {
    const world = new World({ seed, ...SETTINGS });
    const { chance, machines, time } = world;
    machines.cnapt.watch(() => {
      woke += 1;
      world.cnapt.woke();
    });
    machines.snapt.watch();
    const unrest = new Unrest(world, UNREST_MS, LONGEST_PAUSE_MS);
    for (let at = 0; at < UNREST_MS; at += chance.between(100, 8_000)) {
      time.after(at, () => world.open(unrest.randomStream()));
    }
    for (let at = 0; at < UNREST_MS; at += chance.between(1_000, LONGEST_SLEEP_MS)) {
      const machine = machines[chance.pick(["cnapt", "snapt"] as const)];
      time.after(at, () => machine.fallAsleep());
      time.after(at + chance.between(100, LONGEST_SLEEP_MS), () => machine.wakeUp());
    }
    await world.run(UNREST_MS);
    machines.cnapt.wakeUp();
    machines.snapt.wakeUp();
    await world.finish();
    assertEquals(world.cnapt.endReason, null);
    lives += 1;
    switched += world.switched;
  }, () => lives >= LIVES);
  console.log(`${lives} lives, ${woke} wakings, ${switched} switches`);
  assert(lives < LIVES || woke > LIVES / 4, `${woke} wakings`);
});
