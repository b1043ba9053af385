/**
 * Services that are not allowed over a provider: their streams wait there, use nothing of it, hold up
 * no switch, and lose no byte.
 */
import { assert, assertEquals } from "../assert.ts";
import { tryManySeeds } from "./seeds.ts";
import { Unrest } from "./unrest.ts";
import { World } from "./world.ts";

/** `echo` is the service of all streams that CNAPT opens, `pager` that of those that SNAPT does. */
const RULES = { lte: { kind: "allBut", names: new Set(["echo"]) } } as const;
const UNREST_MS = 20_000;
const LONGEST_PAUSE_MS = 600;
const LOOK_MS = 20;
const LIVES = 150;

function isEcho(world: World, id: number): boolean {
  const target = world.cnapt.session.streams.get(id)?.opening.target;
  return target?.kind === "service" && target.name === "echo";
}

/** Nothing that is not allowed over it uses the provider. */
function countWaiting(world: World): number {
  const { session } = world.cnapt;
  if (session.state !== "connected" || session.provider !== "lte") return 0;
  let waiting = 0;
  for (const { id, link } of session.streams.values()) {
    if (!isEcho(world, id)) continue;
    waiting += 1;
    assertEquals(link.kind, "unbound", `stream ${id} has a link on lte: ${world.describe()}`);
  }
  return waiting;
}

async function toEth(world: World): Promise<void> {
  const { cnapt } = world;
  await world.runUntil(() => {
    const { state, provider } = cnapt.session;
    if (state === "connected" && provider !== "eth") world.switchTo("eth", "overlapped");
    return state === "connected" && provider === "eth";
  });
}

for (const shape of ["overlapped", "strict"] as const) {
  Deno.test(`a stream waits through a ${shape} switch there and back, and ends well`, async () => {
    const plan = { client: { sendsBytes: 50_000, pieceBytes: 1_000, sendPauseMs: 10 } };
    const world = await World.connected([plan], { rules: RULES });
    await world.run(100);
    world.switchTo("lte", shape);
    await world.runUntil(() => world.switched === 1);
    assertEquals(countWaiting(world), 1);
    const received = world.stream(1).server?.received ?? 0;
    await world.run(5_000);
    assertEquals(world.stream(1).server?.received, received);
    assertEquals(world.snaptNow.session.streams.get(1)?.link.kind, "unbound");
    world.switchTo("eth", shape);
    await world.finish();
    assertEquals(world.cnapt.receipts.map(({ kind, outcome }) => [kind, outcome]), [
      [shape, "switched"],
      [shape, "switched"],
    ]);
    // What waits because it is to wait is no stall of the switch.
    const [there] = world.cnapt.receipts;
    assertEquals([there?.stallMs, (there?.totalMs ?? 0) < 1_000], [0, true]);
  });
}

Deno.test("a stream that is opened where it is not allowed waits for the next provider", async () => {
  const world = await World.connected([], { rules: RULES });
  world.switchTo("lte", "overlapped");
  await world.runUntil(() => world.switched === 1);
  world.open();
  await world.run(3_000);
  assertEquals(countWaiting(world), 1);
  assertEquals(world.snaptNow.session.streams.size, 0);
  world.switchTo("wifi", "overlapped");
  await world.finish();
});

Deno.test("a stream waits when its provider is lost and only one is left that is forbidden to it", async () => {
  const world = await World.connected([{ client: { sendsBytes: 50_000, sendPauseMs: 10 } }], {
    rules: RULES,
  });
  await world.run(50);
  world.network.unplug("eth");
  world.network.unplug("wifi");
  world.cnapt.providerLost("eth");
  await world.runUntil(() => world.switched === 1);
  assertEquals([world.cnapt.session.provider, countWaiting(world)], ["lte", 1]);
  world.restoreAll();
  await toEth(world);
  await world.finish();
});

Deno.test("every byte arrives once and in order whatever happens to streams that may have to wait", async () => {
  let lives = 0;
  let waiting = 0;
  let switched = 0;
  await tryManySeeds(async (seed) => {
    const world = new World({ seed, rules: RULES });
    const { chance, time } = world;
    const unrest = new Unrest(world, UNREST_MS, LONGEST_PAUSE_MS);
    for (let at = 0; at < UNREST_MS; at += chance.between(100, 4_000)) {
      time.after(at, () => {
        if (chance.isHit(0.7)) world.open(unrest.randomStream());
        else world.call(unrest.randomStream());
      });
    }
    for (let at = 0; at < UNREST_MS; at += LOOK_MS) {
      await world.run(LOOK_MS);
      waiting += countWaiting(world);
    }
    world.restoreAll();
    // What is still on its way from the unrest may move it to where some have to wait, once more.
    while (world.cnapt.session.streams.size > 0) {
      await toEth(world);
      await world.run(LOOK_MS);
    }
    await world.finish();
    assertEquals(world.cnapt.endReason, null);
    lives += 1;
    switched += world.switched;
  }, () => lives >= LIVES);
  console.log(`${lives} lives, ${switched} switches, ${waiting} looks at streams that waited`);
  assert(waiting > 1_000, `${waiting} looks saw a stream that waits`);
});
